#ifndef SERIN_CORE_QUERY_ALLOWED_FUNCTIONS_H_
#define SERIN_CORE_QUERY_ALLOWED_FUNCTIONS_H_

#include "absl/strings/string_view.h"

namespace serin {

// Whether statements may call this function of SQLite: those that compute from their arguments (and
// the clock, and random numbers) alone. A list of what is allowed, so that nothing that a newer
// SQLite brings comes in by itself. Case does not matter.
bool IsAllowedFunction(absl::string_view name);

// Whether such a function may return something else when it is called again: the clock and random
// numbers. (The date functions may too, where they are asked for 'now'.) Case does not matter.
bool IsVolatileFunction(absl::string_view name);

}  // namespace serin

#endif  // SERIN_CORE_QUERY_ALLOWED_FUNCTIONS_H_
