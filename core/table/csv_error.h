#ifndef SERIN_CORE_TABLE_CSV_ERROR_H_
#define SERIN_CORE_TABLE_CSV_ERROR_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace serin {

// Where in a file: both count from 1; column 0 is the record as a whole.
struct CsvPlace {
  int64_t line = 0;
  size_t column = 0;
};

// INVALID_ARGUMENT, reason MALFORMED_FILE: "line 3, column 2 ('age'): problem". `names` are the
// columns' names as far as they are known.
absl::Status MalformedCsv(CsvPlace place, const std::vector<std::string>& names,
                          absl::string_view problem);

// The same for a file as a whole.
absl::Status MalformedCsv(absl::string_view problem);

// RESOURCE_EXHAUSTED, reason FILE_OVER_LIMIT.
absl::Status CsvOverLimit(absl::string_view problem);

}  // namespace serin

#endif  // SERIN_CORE_TABLE_CSV_ERROR_H_
