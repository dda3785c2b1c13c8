#include "server/http/listener.h"

#include <utility>

#include <algorithm>
#include <atomic>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "server/http/listening_socket.h"
#include "server/http/loop_connections.h"
#include "server/http/socket_transport.h"
#include "server/http/tls_transport.h"

namespace serin {
namespace {

// After accept failed for want of descriptors or memory.
constexpr absl::Duration kAcceptRetry = absl::Milliseconds(100);

// Beyond the grace of a drain, for connections that linger.
constexpr absl::Duration kDrainSlack = absl::Seconds(3);

// Connections accepted before the loop gets its turn.
constexpr int kAcceptsPerRound = 64;

class ListenerImpl final : public Listener, private WatchHandler {
 public:
  ListenerImpl(const ListenerOptions& options, std::vector<ListenerLoop> loops,
               ListeningSocket socket)
      : options_(options), socket_(std::move(socket)), accepting_loop_(*loops.front().loop) {
    for (ListenerLoop& loop : loops) loops_.push_back(std::make_unique<PerLoop>(this, loop));
    accepting_loop_.Run([this] {
      retry_ = accepting_loop_.MakeTimer([this] { Accept(); });
      watch_ = accepting_loop_.MakeWatch(socket_.fd(), this);
    });
  }

  ~ListenerImpl() override {
    StopAccepting();
    for (auto& loop : loops_) loop->loop->Run([&] { loop->connections.reset(); });
    accepting_loop_.Run([] {});  // After what OnEnded has posted.
  }

  std::string address() const override { return socket_.address(); }
  int port() const override { return socket_.port(); }
  size_t connections() const override { return open_.load(); }

  void Drain(absl::Duration grace) override {
    StopAccepting();
    for (auto& loop : loops_) {
      loop->loop->Run([&] { loop->connections->Drain(grace); });
    }
    const absl::MutexLock lock(&mutex_);
    const auto all_ended = [this] { return open_.load() == 0; };
    mutex_.AwaitWithTimeout(absl::Condition(&all_ended), grace + kDrainSlack);
  }

 private:
  struct PerLoop {
    PerLoop(ListenerImpl* listener, ListenerLoop& its_loop)
        : loop(its_loop.loop),
          connections(std::make_unique<LoopConnections>(
              its_loop.loop, std::move(its_loop.http2), std::move(its_loop.http1),
              listener->options_.preface_timeout, [listener, this] { listener->OnEnded(*this); })) {
    }

    EpollLoop* const loop;
    std::unique_ptr<LoopConnections> connections;  // Used only on the loop.
    std::atomic<size_t> open{0};                   // Also those on their way there.
  };

  // Also for those on their way: their tasks run before this returns.
  void StopAccepting() {
    accepting_loop_.Run([this] {
      stopped_ = true;
      watch_.reset();
      retry_.reset();
    });
    socket_.Close();
  }

  void OnReadable(bool) override { Accept(); }
  void OnRoom() override {}

  void Accept() {
    for (int i = 0; i < kAcceptsPerRound && !stopped_; ++i) {
      if (open_.load() >= options_.max_connections) {
        full_.store(true);
        if (open_.load() >= options_.max_connections) return;  // OnEnded goes on.
        full_.store(false);
      }
      absl::StatusOr<AcceptedSocket> accepted = socket_.Accept();
      if (absl::IsUnavailable(accepted.status())) return;  // OnReadable goes on.
      if (!accepted.ok()) return retry_->Arm(kAcceptRetry);
      HandOver(*std::move(accepted));
    }
    if (!stopped_) accepting_loop_.Post([this] { Accept(); });
  }

  void HandOver(AcceptedSocket accepted) {
    PerLoop& loop = **std::min_element(
        loops_.begin(), loops_.end(),
        [](const auto& a, const auto& b) { return a->open.load() < b->open.load(); });
    ++open_;
    ++loop.open;
    loop.loop->Post([this, &loop, socket = std::make_shared<AcceptedSocket>(std::move(accepted))] {
      if (loop.connections == nullptr) return;
      std::unique_ptr<Transport> transport = MakeSocketTransport(loop.loop, std::move(socket->fd));
      if (options_.tls != nullptr) {
        transport = MakeTlsServerTransport(loop.loop, *options_.tls, std::move(transport));
      }
      loop.connections->Add(std::move(transport), {.address = std::move(socket->address),
                                                   .tls = options_.tls != nullptr});
    });
  }

  // From any loop.
  void OnEnded(PerLoop& loop) {
    --loop.open;
    {
      const absl::MutexLock lock(&mutex_);  // Wakes Drain.
      --open_;
    }
    if (full_.exchange(false)) accepting_loop_.Post([this] { Accept(); });
  }

  const ListenerOptions options_;
  ListeningSocket socket_;
  EpollLoop& accepting_loop_;
  std::vector<std::unique_ptr<PerLoop>> loops_;
  std::atomic<size_t> open_{0};
  std::atomic<bool> full_{false};  // Nobody waits to accept until a connection ends.
  absl::Mutex mutex_;

  // On the accepting loop.
  std::unique_ptr<Watch> watch_;
  std::unique_ptr<Timer> retry_;
  bool stopped_ = false;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Listener>> Listener::Listen(const ListenerOptions& options,
                                                           std::vector<ListenerLoop> loops) {
  absl::StatusOr<ListeningSocket> socket = ListeningSocket::Bind(options.address);
  if (!socket.ok()) return socket.status();
  return std::make_unique<ListenerImpl>(options, std::move(loops), *std::move(socket));
}

}  // namespace serin
