#include "server/worker/retry.h"

namespace serin {
namespace {

constexpr int kMaxCalls = 6;
constexpr absl::Duration kFirstPause = absl::Milliseconds(250);

}  // namespace

absl::Status RetryUnavailable(const Sleeper& sleep, const std::function<absl::Status()>& call) {
  absl::Status status = call();
  absl::Duration pause = kFirstPause;
  for (int calls = 1; calls < kMaxCalls && absl::IsUnavailable(status); ++calls) {
    sleep(pause);
    pause *= 2;
    status = call();
  }
  return status;
}

}  // namespace serin
