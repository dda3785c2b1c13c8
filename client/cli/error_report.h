#ifndef SERIN_CLIENT_CLI_ERROR_REPORT_H_
#define SERIN_CLIENT_CLI_ERROR_REPORT_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace serin {

// An error of a command as its user reads it, with a line break at the end of each line: the
// message, the fields at fault, the request id, and what to do next. `server` is the address that
// was called.
std::string ErrorReport(const absl::Status& error, absl::string_view server);

}  // namespace serin

#endif  // SERIN_CLIENT_CLI_ERROR_REPORT_H_
