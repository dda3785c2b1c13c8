#ifndef SERIN_CORE_LEARN_SPEC_H_
#define SERIN_CORE_LEARN_SPEC_H_

#include "absl/status/statusor.h"
#include "serin/v1/job.pb.h"
#include "serin/v1/table.pb.h"

namespace serin {

inline constexpr double kDefaultHoldoutFraction = 0.2;
inline constexpr double kMaxHoldoutFraction = 0.5;

// Checks everything about a training that the schema of its dataset can tell, and spells out what
// was left to defaults: features, task, holdout fraction and every hyperparameter. A resolved
// specification resolves to itself. `dataset` is passed through.
//
// Errors are INVALID_ARGUMENT on fields relative to the specification, such as
// `hyperparameters.learning_rate`.
absl::StatusOr<v1::TrainingSpec> ResolveSpec(const v1::TrainingSpec& spec,
                                             const v1::Schema& schema);

}  // namespace serin

#endif  // SERIN_CORE_LEARN_SPEC_H_
