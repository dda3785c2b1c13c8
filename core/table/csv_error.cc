#include "core/table/csv_error.h"

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/utf8.h"

namespace serin {
namespace {

std::string Describe(CsvPlace place, const std::vector<std::string>& names) {
  std::string text = absl::StrCat("line ", place.line);
  if (place.column == 0) return text;
  absl::StrAppend(&text, ", column ", place.column);
  if (place.column > names.size()) return text;
  return absl::StrCat(text, " (", QuoteForError(names[place.column - 1]), ")");
}

}  // namespace

absl::Status MalformedCsv(CsvPlace place, const std::vector<std::string>& names,
                          absl::string_view problem) {
  return MalformedCsv(absl::StrCat(Describe(place, names), ": ", problem));
}

absl::Status MalformedCsv(absl::string_view problem) {
  return WithReason(absl::InvalidArgumentError(problem), "MALFORMED_FILE");
}

absl::Status CsvOverLimit(absl::string_view problem) {
  return WithReason(absl::ResourceExhaustedError(problem), "FILE_OVER_LIMIT");
}

}  // namespace serin
