#ifndef SERIN_CORE_TRANSFORM_SCALE_STEPS_H_
#define SERIN_CORE_TRANSFORM_SCALE_STEPS_H_

#include <memory>

#include "absl/status/statusor.h"
#include "core/transform/step.h"
#include "core/transform/step_context.h"
#include "serin/v1/table.pb.h"
#include "serin/v1/transform.pb.h"

// Numbers made of numbers, column by column.

namespace serin {

absl::StatusOr<std::unique_ptr<Step>> MakeClip(const v1::TransformStep::Clip& step,
                                               StepContext context, const v1::Schema& schema);

absl::StatusOr<std::unique_ptr<Step>> MakeStandardize(const v1::TransformStep::Standardize& step,
                                                      StepContext context,
                                                      const v1::Schema& schema);

absl::StatusOr<std::unique_ptr<Step>> MakeMinMax(const v1::TransformStep::MinMax& step,
                                                 StepContext context, const v1::Schema& schema);

absl::StatusOr<std::unique_ptr<Step>> MakeLog(const v1::TransformStep::Log& step,
                                              StepContext context, const v1::Schema& schema);

}  // namespace serin

#endif  // SERIN_CORE_TRANSFORM_SCALE_STEPS_H_
