#include "core/learn/split_keys.h"

#include "absl/container/flat_hash_map.h"

namespace serin {
namespace {

// Numbers the groups in the order in which they appear.
std::vector<double> GroupNumbers(const ColumnData& column, const std::vector<size_t>& rows) {
  std::vector<double> numbers;
  numbers.reserve(rows.size());
  absl::flat_hash_map<double, double> known;
  double groups = 0;
  for (const size_t row : rows) {
    if (column.missing(row)) {
      numbers.push_back(groups++);
      continue;
    }
    const double value = column.is_string() ? column.codes[row] : column.number(row);
    const auto [it, added] = known.try_emplace(value, groups);
    if (added) ++groups;
    numbers.push_back(it->second);
  }
  return numbers;
}

}  // namespace

std::vector<double> SplitKeysOf(const ColumnData& column, const std::vector<size_t>& rows,
                                v1::EvaluationPlan::Split split) {
  if (split == v1::EvaluationPlan::SPLIT_GROUPED) return GroupNumbers(column, rows);
  std::vector<double> times;
  times.reserve(rows.size());
  for (const size_t row : rows) times.push_back(column.number(row));
  return times;
}

}  // namespace serin
