#ifndef SERIN_CORE_TRANSFORM_SAMPLING_STEPS_H_
#define SERIN_CORE_TRANSFORM_SAMPLING_STEPS_H_

#include <memory>

#include "absl/status/statusor.h"
#include "core/transform/step.h"
#include "core/transform/step_context.h"
#include "serin/v1/table.pb.h"
#include "serin/v1/transform.pb.h"

// Random choices of rows of exact size, by selection sampling: each row stays with the probability
// of what is still wanted among what is still to come (Knuth, "The Art of Computer Programming",
// volume 2, 3.4.2, algorithm S; for several parts at once in Split). A pass before counts the rows.
// The same seed draws the same rows on every platform.

namespace serin {

absl::StatusOr<std::unique_ptr<Step>> MakeSplit(const v1::TransformStep::Split& step,
                                                StepContext context, const v1::Schema& schema);

absl::StatusOr<std::unique_ptr<Step>> MakeSample(const v1::TransformStep::Sample& step,
                                                 StepContext context, const v1::Schema& schema);

}  // namespace serin

#endif  // SERIN_CORE_TRANSFORM_SAMPLING_STEPS_H_
