#include "core/query/scan_plan.h"

#include <sqlite3.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace serin {
namespace {

using Constraint = sqlite3_index_info::sqlite3_index_constraint;

std::optional<Comparison> ComparisonOf(unsigned char op) {
  switch (op) {
    case SQLITE_INDEX_CONSTRAINT_EQ:
      return Comparison::kEqual;
    case SQLITE_INDEX_CONSTRAINT_NE:
      return Comparison::kNotEqual;
    case SQLITE_INDEX_CONSTRAINT_LT:
      return Comparison::kLess;
    case SQLITE_INDEX_CONSTRAINT_LE:
      return Comparison::kLessOrEqual;
    case SQLITE_INDEX_CONSTRAINT_GT:
      return Comparison::kGreater;
    case SQLITE_INDEX_CONSTRAINT_GE:
      return Comparison::kGreaterOrEqual;
    case SQLITE_INDEX_CONSTRAINT_ISNULL:
      return Comparison::kIsNull;
    case SQLITE_INDEX_CONSTRAINT_ISNOTNULL:
      return Comparison::kIsNotNull;
    default:
      return std::nullopt;
  }
}

bool ComparesWithAValue(Comparison comparison) {
  return comparison != Comparison::kIsNull && comparison != Comparison::kIsNotNull;
}

// The share of the rows that are expected to match.
double Selectivity(Comparison comparison) {
  switch (comparison) {
    case Comparison::kEqual:
      return 0.01;
    case Comparison::kIsNull:
    case Comparison::kIn:
      return 0.05;
    case Comparison::kNotEqual:
    case Comparison::kIsNotNull:
      return 0.9;
    default:
      return 0.25;
  }
}

bool IsKnownText(sqlite3_index_info& info, int constraint) {
  sqlite3_value* value = nullptr;
  return sqlite3_vtab_rhs_value(&info, constraint, &value) == SQLITE_OK && value != nullptr &&
         sqlite3_value_type(value) == SQLITE_TEXT;
}

// Whether the table alone decides it.
bool IsExact(const v1::Schema& schema, const Constraint& constraint, Comparison comparison,
             sqlite3_index_info& info, int index) {
  return !ComparesWithAValue(comparison) ||
         IsNumericInSql(schema.columns(constraint.iColumn).type()) || IsKnownText(info, index);
}

bool HasUsefulCollation(sqlite3_index_info& info, int constraint, Comparison comparison) {
  return !ComparesWithAValue(comparison) ||
         absl::EqualsIgnoreCase(sqlite3_vtab_collation(&info, constraint), "BINARY");
}

// A row at a time through SQLite costs 1, deciding conditions on many rows at once a tenth of it.
void SetCost(int64_t row_count, const ScanPlan& plan, sqlite3_index_info& info) {
  const double rows = std::max(static_cast<double>(row_count), 1.0);
  double matching = rows;
  for (const ScanPlan::Condition& condition : plan.conditions) {
    matching *= Selectivity(condition.comparison);
  }
  matching = std::max(matching, 1.0);
  const double scan = plan.conditions.empty() ? 0 : rows / 10;
  info.estimatedCost = 10 + scan + matching;
  info.estimatedRows = static_cast<sqlite3_int64>(std::ceil(matching));
}

}  // namespace

std::string SerializePlan(const ScanPlan& plan) {
  std::string text = absl::StrCat(plan.columns_used);
  for (const ScanPlan::Condition& condition : plan.conditions) {
    absl::StrAppend(&text, ";", condition.column, ",", static_cast<int>(condition.comparison), ",",
                    condition.checked_again ? 1 : 0);
  }
  return text;
}

ScanPlan ParsePlan(absl::string_view text) {
  ScanPlan plan;
  const std::vector<absl::string_view> parts = absl::StrSplit(text, ';');
  (void)absl::SimpleAtoi(parts[0], &plan.columns_used);
  for (size_t i = 1; i < parts.size(); ++i) {
    const std::vector<absl::string_view> fields = absl::StrSplit(parts[i], ',');
    ScanPlan::Condition condition;
    int comparison = 0;
    (void)absl::SimpleAtoi(fields[0], &condition.column);
    (void)absl::SimpleAtoi(fields[1], &comparison);
    condition.comparison = static_cast<Comparison>(comparison);
    condition.checked_again = fields[2] == "1";
    plan.conditions.push_back(condition);
  }
  return plan;
}

ScanPlan ChoosePlan(const v1::Schema& schema, int64_t row_count, bool has_row_value_in,
                    sqlite3_index_info& info) {
  ScanPlan plan{.columns_used = info.colUsed};
  for (int i = 0; i < info.nConstraint; ++i) {
    const Constraint& constraint = info.aConstraint[i];
    const std::optional<Comparison> comparison = ComparisonOf(constraint.op);
    if (!constraint.usable || constraint.iColumn < 0 || !comparison) continue;
    if (!HasUsefulCollation(info, i, *comparison)) continue;
    // A list is decided by its keys, which values that are not equal may share.
    const bool is_list = sqlite3_vtab_in(&info, i, /*bHandle=*/1) != 0;
    const bool exact = !is_list && IsExact(schema, constraint, *comparison, info, i);
    const bool may_be_row_value = has_row_value_in && *comparison == Comparison::kEqual;
    if (may_be_row_value && !is_list && !exact) continue;
    plan.conditions.push_back(
        {constraint.iColumn, is_list ? Comparison::kIn : *comparison, !exact});
    info.aConstraintUsage[i].argvIndex = static_cast<int>(plan.conditions.size());
    info.aConstraintUsage[i].omit = exact ? 1 : 0;
  }
  SetCost(row_count, plan, info);
  return plan;
}

}  // namespace serin
