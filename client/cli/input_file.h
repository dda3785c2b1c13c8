#ifndef SERIN_CLIENT_CLI_INPUT_FILE_H_
#define SERIN_CLIENT_CLI_INPUT_FILE_H_

#include <functional>
#include <istream>
#include <string>

#include "absl/status/statusor.h"
#include "client/cli/console.h"
#include "core/table/table.h"

namespace serin {

// Reads a table from the file, or from standard input for `-`. Errors begin with the file's name.
absl::StatusOr<Table> ReadInput(const std::string& file, const Console& console,
                                const std::function<absl::StatusOr<Table>(std::istream&)>& read);

// The whole text of the file, or of standard input for `-`: a statement, a list of steps.
// RESOURCE_EXHAUSTED beyond 16 MiB.
absl::StatusOr<std::string> ReadText(const std::string& file, const Console& console);

}  // namespace serin

#endif  // SERIN_CLIENT_CLI_INPUT_FILE_H_
