#ifndef SERIN_SERVER_HTTP_LIVENESS_H_
#define SERIN_SERVER_HTTP_LIVENESS_H_

#include <cstddef>

#include "absl/time/time.h"
#include "server/http/session_limits.h"

namespace serin {

// Decides when an HTTP/2 connection has to be pinged or given up. It is told what happens and what
// time it is, and touches nothing.
class Liveness {
 public:
  enum class Action { kNone, kPing, kPingUnanswered, kPrefaceLate, kHeadLate, kIdle };

  // `limits` outlives it.
  Liveness(const SessionLimits* limits, absl::Time start);

  void OnBytes(absl::Time now);        // Any from the peer.
  void OnPreface() { ready_ = true; }  // Whole, with the first SETTINGS.
  void OnHeadBegin(absl::Time now) { head_began_ = now; }
  void OnHeadEnd() { head_began_ = absl::InfiniteFuture(); }
  void OnStreams(size_t open, absl::Time now);

  // What to do now. After kPing it is taken that a PING went out; kIdle is said once.
  Action Step(absl::Time now);

  // When OnBytes was last called; the start before that.
  absl::Time last_bytes() const { return last_bytes_; }

  // When Step has something to do next, unless more is told.
  absl::Time next() const;

 private:
  absl::Time PingDue() const;
  absl::Time IdleDue() const;

  const SessionLimits& limits_;
  const absl::Time start_;
  bool ready_ = false;
  bool busy_ = false;  // Streams are open.
  absl::Time last_bytes_;
  absl::Time idle_since_;
  absl::Time head_began_ = absl::InfiniteFuture();
  absl::Time pinged_ = absl::InfiniteFuture();  // Nothing has come since.
};

}  // namespace serin

#endif  // SERIN_SERVER_HTTP_LIVENESS_H_
