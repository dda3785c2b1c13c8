#ifndef SERIN_SERVER_PREDICT_HOSTED_VERSION_H_
#define SERIN_SERVER_PREDICT_HOSTED_VERSION_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "server/predict/load_state.h"
#include "server/predict/loaded_model.h"
#include "server/predict/wanted_versions.h"

namespace serin {

// When something was used last, to a millisecond. Thread-safe: threads that use it share a cache
// line of which none is written more than once a millisecond.
class LastUse {
 public:
  void Mark(absl::Time now) {
    const int64_t ms = absl::ToUnixMillis(now);
    if (ms_.load(std::memory_order_relaxed) != ms) ms_.store(ms, std::memory_order_relaxed);
  }
  int64_t ms() const { return ms_.load(std::memory_order_relaxed); }

 private:
  alignas(64) std::atomic<int64_t> ms_ = 0;  // Since the Unix epoch.
};

// A version that the cluster wants served, as it is now. Immutable but for the mark of its use.
struct HostedVersion {
  WantedVersion wanted;
  LoadState state = LoadState::kLoading;
  absl::Time state_time;                      // When it came into the state.
  absl::Status error;                         // Why it is not kReady, if it was tried.
  std::shared_ptr<const LoadedModel> loaded;  // Only if kReady.
  std::optional<size_t> memory_bytes;         // That it takes when it is in memory, once known.
  bool lacks_room = false;                    // It is kRefused only because it fits nowhere.
  std::shared_ptr<LastUse> last_use;
};

// Why a version that is not kReady does not answer: FAILED_PRECONDITION if it was refused, else
// UNAVAILABLE with RetryInfo.
absl::Status WhyNotReady(const HostedVersion& version);

}  // namespace serin

#endif  // SERIN_SERVER_PREDICT_HOSTED_VERSION_H_
