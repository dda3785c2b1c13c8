#ifndef SERIN_CORE_LEARN_SPEC_TASK_H_
#define SERIN_CORE_LEARN_SPEC_TASK_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/learn/algorithm.h"
#include "serin/v1/algorithm.pb.h"
#include "serin/v1/table.pb.h"

// What is predicted, and how: a part of ResolveSpec.

namespace serin {

// Stands for the best algorithm that a search finds.
inline constexpr absl::string_view kAutoAlgorithm = "auto";

// The algorithm of this name; null for `auto`. InvalidField on `field` if there is none.
absl::StatusOr<const Algorithm*> AlgorithmNamed(absl::string_view field, const std::string& name);

// The task, checked or decided; a null algorithm (`auto`) does both.
absl::StatusOr<v1::Task> ResolveTask(v1::Task given, const Algorithm* algorithm,
                                     const v1::ColumnSchema& target);

bool SupportsTask(const Algorithm& algorithm, v1::Task task);

// "classification" or "regression".
absl::string_view TaskName(v1::Task task);

// The names of all algorithms that know a task, for an error message.
std::string AlgorithmsFor(v1::Task task);

}  // namespace serin

#endif  // SERIN_CORE_LEARN_SPEC_TASK_H_
