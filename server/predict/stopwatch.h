#ifndef SERIN_SERVER_PREDICT_STOPWATCH_H_
#define SERIN_SERVER_PREDICT_STOPWATCH_H_

#include <chrono>

#include "absl/time/time.h"

namespace serin {

// How long something takes, from the construction on.
class Stopwatch {
 public:
  absl::Duration Elapsed() const {
    return absl::FromChrono(std::chrono::steady_clock::now() - start_);
  }

  // The time since the last lap or the construction.
  absl::Duration Lap() {
    const auto now = std::chrono::steady_clock::now();
    const auto lap = now - lap_;
    lap_ = now;
    return absl::FromChrono(lap);
  }

 private:
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point lap_ = start_;
};

}  // namespace serin

#endif  // SERIN_SERVER_PREDICT_STOPWATCH_H_
