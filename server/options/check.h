#ifndef SERIN_SERVER_OPTIONS_CHECK_H_
#define SERIN_SERVER_OPTIONS_CHECK_H_

#include "absl/status/status.h"
#include "server/options/options.h"

namespace serin {

// Whether the flags fit together. The error, INVALID_ARGUMENT, begins with the flag at fault.
absl::Status CheckOptions(const Options& options);

}  // namespace serin

#endif  // SERIN_SERVER_OPTIONS_CHECK_H_
