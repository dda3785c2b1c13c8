#ifndef SERIN_SERVER_RPC_WAITING_STREAM_H_
#define SERIN_SERVER_RPC_WAITING_STREAM_H_

#include <grpcpp/support/client_callback.h>

#include <optional>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"

namespace serin {

// A bidirectional stream whose caller waits for each read and each write, as in grpc's synchronous
// streams, but sleeping. There, who waits polls for the whole process meanwhile: it gets what comes
// for other connections, and has to wake the threads of callbacks to have it answered. A stream
// that waits all day so cost each call to the same process a fifth of its time.
//
// One thread may read while another writes.
template <typename Request, typename Response>
class WaitingStream final {
 public:
  using Reactor = grpc::ClientBidiReactor<Request, Response>;

  // `bind` gives the reactor to the stub's method: stub->async()->Join(&context, reactor).
  template <typename Bind>
  explicit WaitingStream(const Bind& bind) {
    bind(&calls_);
    calls_.Begin();
  }
  // Finish must have been called.
  ~WaitingStream() = default;
  WaitingStream(const WaitingStream&) = delete;
  WaitingStream& operator=(const WaitingStream&) = delete;

  // False once nothing more comes; it must not be called again then.
  bool Read(Response* response) {
    calls_.StartRead(response);
    return calls_.read.Await();
  }

  // False if the stream is over.
  bool Write(const Request& request) {
    calls_.StartWrite(&request);
    return calls_.written.Await();
  }

  // Waits until the stream is over, which its end on the other side, or the context's TryCancel,
  // makes it. Call once; nobody reads or writes any more.
  void Finish() {
    calls_.End();
    calls_.done.WaitForNotification();
  }

 private:
  // What became of one operation at a time.
  class Outcome {
   public:
    void Set(bool ok) {
      absl::MutexLock lock(&mutex_);
      ok_ = ok;
    }
    bool Await() {
      const auto is_there = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return ok_.has_value(); };
      absl::MutexLock lock(&mutex_);
      mutex_.Await(absl::Condition(&is_there));
      return *std::exchange(ok_, std::nullopt);
    }

   private:
    absl::Mutex mutex_;
    std::optional<bool> ok_ ABSL_GUARDED_BY(mutex_);
  };

  class Calls final : public Reactor {
   public:
    // Operations are begun outside of callbacks, for which grpc wants the call held.
    void Begin() {
      this->AddHold();
      this->StartCall();
    }
    void End() { this->RemoveHold(); }

    void OnReadDone(bool ok) override { read.Set(ok); }
    void OnWriteDone(bool ok) override { written.Set(ok); }
    void OnDone(const grpc::Status&) override { done.Notify(); }

    Outcome read;
    Outcome written;
    absl::Notification done;
  };

  Calls calls_;
};

}  // namespace serin

#endif  // SERIN_SERVER_RPC_WAITING_STREAM_H_
