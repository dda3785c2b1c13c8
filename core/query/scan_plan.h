#ifndef SERIN_CORE_QUERY_SCAN_PLAN_H_
#define SERIN_CORE_QUERY_SCAN_PLAN_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "core/query/row_condition.h"
#include "serin/v1/table.pb.h"

struct sqlite3_index_info;

namespace serin {

// What SQLite and a virtual table agree on before rows are read: the comparisons that the table
// decides itself, and the columns that SQLite is going to ask for.
struct ScanPlan {
  struct Condition {
    int column = 0;
    Comparison comparison = Comparison::kEqual;
    // SQLite decides it again: the table may leave rows in that do not match, but must not leave
    // out any that do.
    bool checked_again = false;
  };

  // In the order in which their values arrive.
  std::vector<Condition> conditions;
  // sqlite3_index_info::colUsed: bit i for column i, the highest for all from 63.
  uint64_t columns_used = 0;
};

// Both directions between a plan and the text in which SQLite keeps it. Parse takes what Serialize
// returns.
std::string SerializePlan(const ScanPlan& plan);
ScanPlan ParsePlan(absl::string_view text);

// Chooses among the comparisons that SQLite offers, tells it which and at what cost, and fills in
// everything but idxStr, which is the plan's text. A comparison is left to the table alone where it
// can decide it exactly: numeric columns compare in one way whatever expression the value comes
// from, text columns only where the value is known to be text. `schema` says the types. Where the
// statement `has_row_value_in`, equality of text with a value that is not known is left to SQLite.
ScanPlan ChoosePlan(const v1::Schema& schema, int64_t row_count, bool has_row_value_in,
                    sqlite3_index_info& info);

}  // namespace serin

#endif  // SERIN_CORE_QUERY_SCAN_PLAN_H_
