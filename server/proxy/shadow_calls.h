#ifndef SERIN_SERVER_PROXY_SHADOW_CALLS_H_
#define SERIN_SERVER_PROXY_SHADOW_CALLS_H_

#include <list>
#include <memory>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/proxy/deadline_queue.h"
#include "server/proxy/upstreams.h"

namespace serin {

struct ShadowOptions {
  // At a time; copies above it are left out.
  size_t max_calls = 64;
  // After which a copy is cancelled.
  absl::Duration timeout = absl::Seconds(10);
};

// Copies of predictions whose answers are dropped. They never delay the call they are copies of:
// one goes out only if a stream can be opened at once, and there are never many. Belongs to its
// loop.
class ShadowCalls {
 public:
  // What it is given outlives it.
  ShadowCalls(UpstreamPool* pool, DeadlineQueue* deadlines, EventLoop* loop,
              ShadowOptions options = {});
  ~ShadowCalls();

  // Sends a whole request to one of the candidates; false if it was left out.
  bool Send(Upstreams::Candidates candidates, const Headers& head, absl::string_view body);

  size_t calls() const { return calls_.size(); }

 private:
  class Call;

  UpstreamPool* const pool_;
  DeadlineQueue* const deadlines_;
  EventLoop* const loop_;
  const ShadowOptions options_;
  std::list<Call> calls_;
};

}  // namespace serin

#endif  // SERIN_SERVER_PROXY_SHADOW_CALLS_H_
