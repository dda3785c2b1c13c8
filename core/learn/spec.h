#ifndef SERIN_CORE_LEARN_SPEC_H_
#define SERIN_CORE_LEARN_SPEC_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "serin/v1/job.pb.h"
#include "serin/v1/table.pb.h"

namespace serin {

inline constexpr double kDefaultHoldoutFraction = 0.2;
inline constexpr double kMaxHoldoutFraction = 0.5;

inline constexpr int kDefaultFolds = 5;
inline constexpr int kMaxFolds = 20;

// Checks everything about a training that the schema of its dataset can tell, and spells out what
// was left to defaults: task, features, evaluation plan, one preprocessing per feature, search, and
// every hyperparameter. A resolved specification resolves to itself. `dataset` is passed through.
//
// Two things stay open where a search decides them: with a search, hyperparameters are checked and
// kept as they were given; with `auto`, so are encodings and ways to fill gaps. A candidate is a
// specification of its own, with an algorithm and without search, and is resolved for itself.
//
// Errors are INVALID_ARGUMENT on fields relative to the specification, such as
// `hyperparameters.learning_rate`.
absl::StatusOr<v1::TrainingSpec> ResolveSpec(const v1::TrainingSpec& spec,
                                             const v1::Schema& schema);

// The columns that a training with a resolved specification reads: the target, the features in
// their order, and the one that the evaluation splits by, unless that is among them.
std::vector<std::string> ColumnsOf(const v1::TrainingSpec& spec);

}  // namespace serin

#endif  // SERIN_CORE_LEARN_SPEC_H_
