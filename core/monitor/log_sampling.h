#ifndef SERIN_CORE_MONITOR_LOG_SAMPLING_H_
#define SERIN_CORE_MONITOR_LOG_SAMPLING_H_

#include "absl/strings/string_view.h"

namespace serin {

// Whether a call is among the `percent` (0 to 100) that are logged. The same id is always decided
// alike, and one that is logged at some share is so at every larger one.
bool IsLogged(absl::string_view prediction_id, double percent);

}  // namespace serin

#endif  // SERIN_CORE_MONITOR_LOG_SAMPLING_H_
