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

constexpr size_t kMaxTextBytes = 16 << 20;

absl::StatusOr<std::string> ReadAll(absl::string_view file, std::istream& input) {
  std::string text(kMaxTextBytes + 1, '\0');
  input.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(input.gcount());
  if (input.bad()) return absl::DataLossError(absl::StrCat(file, ": cannot be read to its end"));
  if (text.size() <= kMaxTextBytes) return text;
  return absl::ResourceExhaustedError(absl::StrCat(file, ": has more than 16 MiB"));
}

absl::Status CannotOpen(const std::string& file) {
  return absl::NotFoundError(absl::StrCat(file, ": ", std::strerror(errno)));
}

}  // namespace

absl::StatusOr<Table> ReadInput(const std::string& file, const Console& console,
                                const std::function<absl::StatusOr<Table>(std::istream&)>& read) {
  if (file == "-") return NamingTheFile("standard input", read(console.in));
  std::ifstream input(file, std::ios::binary);
  if (!input) return CannotOpen(file);
  return NamingTheFile(file, read(input));
}

absl::StatusOr<std::string> ReadText(const std::string& file, const Console& console) {
  if (file == "-") return ReadAll("standard input", console.in);
  std::ifstream input(file, std::ios::binary);
  if (!input) return CannotOpen(file);
  return ReadAll(file, input);
}

}  // namespace serin
