#ifndef SERIN_CORE_LEARN_SPEC_EVALUATION_H_
#define SERIN_CORE_LEARN_SPEC_EVALUATION_H_

#include "absl/status/status.h"
#include "serin/v1/job.pb.h"
#include "serin/v1/table.pb.h"

// How a model is judged: a part of ResolveSpec.

namespace serin {

// Checks the evaluation plan and the holdout fraction of a specification whose task is known, and
// fills in their defaults.
absl::Status ResolveEvaluation(const v1::Schema& schema, v1::TrainingSpec* spec);

}  // namespace serin

#endif  // SERIN_CORE_LEARN_SPEC_EVALUATION_H_
