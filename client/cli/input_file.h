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

}  // namespace serin

#endif  // SERIN_CLIENT_CLI_INPUT_FILE_H_
