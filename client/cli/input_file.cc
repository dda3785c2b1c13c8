#include "client/cli/input_file.h"

#include <cerrno>
#include <cstring>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "serin/error_details.h"

namespace serin {
namespace {

// A path into the schema that the file was read with would tell the user nothing.
std::string MessageOf(const absl::Status& error) {
  const ErrorDetails details = DetailsOf(error);
  return details.violations.empty() ? std::string(error.message())
                                    : details.violations.front().description;
}

absl::StatusOr<Table> NamingTheFile(absl::string_view file, absl::StatusOr<Table> table) {
  if (table.ok()) return table;
  return absl::Status(table.status().code(), absl::StrCat(file, ": ", MessageOf(table.status())));
}

}  // namespace

absl::StatusOr<Table> ReadInput(const std::string& file, const Console& console,
                                const std::function<absl::StatusOr<Table>(std::istream&)>& read) {
  if (file == "-") return NamingTheFile("standard input", read(console.in));
  std::ifstream input(file, std::ios::binary);
  if (!input) return absl::NotFoundError(absl::StrCat(file, ": ", std::strerror(errno)));
  return NamingTheFile(file, read(input));
}

}  // namespace serin
