#ifndef SERIN_SERVER_PROXY_UPSTREAM_POOL_H_
#define SERIN_SERVER_PROXY_UPSTREAM_POOL_H_

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/random/random.h"
#include "absl/status/status.h"
#include "absl/types/span.h"
#include "core/traffic/balance.h"
#include "core/traffic/outlier.h"
#include "server/http/client_session.h"
#include "server/http/event_loop.h"
#include "server/proxy/endpoint.h"

namespace serin {

class UpstreamPool;

// A place among an endpoint's outstanding calls, from when its stream was opened. Ended by End or,
// as kGivenUp, by its destructor. Within the life of its pool.
class Lease {
 public:
  Lease() = default;
  Lease(UpstreamPool* pool, Endpoint* endpoint, absl::Time start)
      : pool_(pool), endpoint_(endpoint), start_(start) {}
  Lease(Lease&& other) noexcept;
  Lease& operator=(Lease&& other) noexcept;
  ~Lease() { End(CallOutcome::kGivenUp); }

  // Does nothing for the second time. `usual`: what such calls take on any endpoint, by which this
  // one is judged; zero for calls that have nothing in common.
  void End(CallOutcome outcome, absl::Duration usual = absl::ZeroDuration());

  // For calls that last as long as their caller likes: the endpoint has begun to answer. However
  // long the call goes on, and however it ends, is no evidence about the endpoint any more.
  void BeginAnswer();

  // Null once ended.
  const Endpoint* endpoint() const { return endpoint_; }

 private:
  UpstreamPool* pool_ = nullptr;
  Endpoint* endpoint_ = nullptr;
  absl::Time start_;
  bool judged_ = false;  // It has said what it says about the endpoint.
};

// The endpoints of one role on one loop: which of them answers a call (core/traffic/balance.h), and
// which are spared for a while because they fail or lag (core/traffic/outlier.h). Belongs to its
// loop.
class UpstreamPool : public Endpoint::Owner {
 public:
  using Endpoints = std::vector<Endpoint*>;

  // A call that found no room and waits.
  class Waiter {
   public:
    // Once for each Wait: Open may have more luck now, or it is known that there is none for now.
    virtual void OnUpstreamChanged() = 0;

   protected:
    ~Waiter() = default;

   private:
    friend class UpstreamPool;
    bool waiting_ = false;
  };

  // Told that calls wait at an endpoint that no longer answers, once each time that it is found
  // out.
  using StallObserver = std::function<void(const Endpoint* endpoint)>;

  struct Opened {
    std::unique_ptr<HttpStream> stream;  // Null: see `wait`.
    Lease lease;
    bool wait = false;  // There will be room, or certainty that there is none, before long.
  };

  // What it is given outlives it.
  UpstreamPool(EventLoop* loop, ClientConnector* connector, EndpointOptions options = {});
  ~UpstreamPool() override;

  // Makes its endpoints those of the targets, and returns them in the same order. Endpoints of
  // targets that were there before stay connected; those that are gone finish their calls.
  Endpoints SetTargets(absl::Span<const std::string> targets);

  // Opens a stream to one of the candidates; to `avoid`, or to one that is ejected, only if no
  // other is connected.
  Opened Open(absl::Span<Endpoint* const> candidates, const Endpoint* avoid, const Headers& head,
              bool end, StreamHandler* handler);

  void Wait(Waiter* waiter);
  // Does nothing for one that does not wait.
  void StopWaiting(Waiter* waiter);

  void set_stall_observer(StallObserver observer) { stall_observer_ = std::move(observer); }

  const Endpoints& endpoints() const { return current_; }
  int outstanding() const { return outstanding_; }
  int64_t ejections() const { return outliers_.ejections(); }
  size_t connections() const;

  void OnEndpointChanged(Endpoint* endpoint) override;

 private:
  friend class Lease;

  // What a call that has been answered, or has ended, says about its endpoint.
  void Judge(Endpoint* endpoint, CallOutcome outcome, absl::Duration elapsed, absl::Duration usual);
  void End(Endpoint* endpoint);
  void DescribeLoads(absl::Span<Endpoint* const> candidates);
  void Step();
  void TellOfStalls();
  Endpoint* FindOrAdd(const std::string& target);
  void RemoveRetired();

  EventLoop* const loop_;
  ClientConnector* const connector_;
  const EndpointOptions options_;
  absl::InsecureBitGen random_;
  OutlierDetector outliers_{OutlierOptions()};
  StallObserver stall_observer_ = [](const Endpoint*) {};

  std::vector<std::unique_ptr<Endpoint>> all_;  // Retired ones too.
  Endpoints current_;
  std::deque<Waiter*> waiters_;
  int outstanding_ = 0;
  const std::unique_ptr<Timer> reaper_;
  bool stepping_ = false;
  const std::unique_ptr<Timer> step_timer_;

  // Of Open; kept for their memory.
  std::vector<ReplicaLoad> loads_;
  std::vector<int> indices_;
};

}  // namespace serin

#endif  // SERIN_SERVER_PROXY_UPSTREAM_POOL_H_
