#include "core/traffic/hedge.h"

#include <algorithm>

namespace serin {

void HedgePolicy::OnAnswer(absl::Duration latency) {
  tail_.Add(absl::ToDoubleSeconds(latency));
  median_.Add(absl::ToDoubleSeconds(latency));
}

std::optional<absl::Duration> HedgePolicy::Delay() const {
  if (tail_.count() < options_.min_calls) return std::nullopt;
  return std::max(options_.min_delay, absl::Seconds(tail_.value()));
}

}  // namespace serin
