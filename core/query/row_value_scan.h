#ifndef SERIN_CORE_QUERY_ROW_VALUE_SCAN_H_
#define SERIN_CORE_QUERY_ROW_VALUE_SCAN_H_

#include "absl/strings/string_view.h"

namespace serin {

// Whether a statement may have a row value on the left of an IN, as in `(a, b) in (select ...)`:
// brackets before `in` or `not in`, with a comma or a query in them, that are not those of a
// function; outside of strings, quoted names and comments.
//
// SQLite hands the values of such a list to a virtual table as if each were compared by itself, and
// then compares them with a column of text as text, also where a number is to be compared with its
// text as a number (`where.c`, 3.40): rows go missing. Virtual tables cannot see which comparisons
// are of that kind.
bool MayHaveRowValueIn(absl::string_view sql);

}  // namespace serin

#endif  // SERIN_CORE_QUERY_ROW_VALUE_SCAN_H_
