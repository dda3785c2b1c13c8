#ifndef SERIN_CORE_MONITOR_HASHED_COLUMN_H_
#define SERIN_CORE_MONITOR_HASHED_COLUMN_H_

#include <cstddef>

#include "absl/strings/string_view.h"
#include "core/table/table.h"

namespace serin {

// Of the keys of hashes, and hexadecimal digits of a hash: HMAC-SHA-256, of which the first half is
// kept (RFC 2104, section 5).
inline constexpr size_t kHashKeyBytes = 32;
inline constexpr size_t kHashDigits = 32;

// The column with hashes in place of its values: a TEXT column of the same name, missing where the
// other is. A hash is of the value as it would stand in a CSV file, so that equal values have equal
// hashes, whichever types their columns have.
ColumnData HashColumn(const ColumnData& column, absl::string_view key);

}  // namespace serin

#endif  // SERIN_CORE_MONITOR_HASHED_COLUMN_H_
