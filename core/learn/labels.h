#ifndef SERIN_CORE_LEARN_LABELS_H_
#define SERIN_CORE_LEARN_LABELS_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "core/table/table.h"
#include "serin/v1/algorithm.pb.h"

namespace serin {

// The most classes that a model can tell apart.
inline constexpr size_t kMaxClasses = 1000;
// The fewest rows with a value in the target.
inline constexpr size_t kMinRows = 4;

// What there is to learn: the target, in the rows that have it.
struct Labels {
  // Rows of the table with a value in the target (and in what else is required), ascending.
  std::vector<size_t> rows;
  // Per entry of `rows`, the index of the class, or the number.
  std::vector<double> values;
  // Classification: all that occur, at least two with at least two rows each; categories sorted,
  // numbers ascending (as FormatValue writes them), false before true. Regression: empty.
  std::vector<std::string> classes;
};

// Takes a column that ResolveSpec has accepted as target of the task. Rows in which it, or the
// column `required` where that is not null, has no value are left out. INVALID_ARGUMENT on the
// field `target` if nothing can be learned from its values.
absl::StatusOr<Labels> LabelsOf(const ColumnData& target, v1::Task task,
                                const ColumnData* required = nullptr);

}  // namespace serin

#endif  // SERIN_CORE_LEARN_LABELS_H_
