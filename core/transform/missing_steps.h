#ifndef SERIN_CORE_TRANSFORM_MISSING_STEPS_H_
#define SERIN_CORE_TRANSFORM_MISSING_STEPS_H_

#include <memory>

#include "absl/status/statusor.h"
#include "core/transform/step.h"
#include "core/transform/step_context.h"
#include "serin/v1/table.pb.h"
#include "serin/v1/transform.pb.h"

// What becomes of missing values.

namespace serin {

absl::StatusOr<std::unique_ptr<Step>> MakeDropMissing(const v1::TransformStep::DropMissing& step,
                                                      StepContext context,
                                                      const v1::Schema& schema);

absl::StatusOr<std::unique_ptr<Step>> MakeFillMissing(const v1::TransformStep::FillMissing& step,
                                                      StepContext context,
                                                      const v1::Schema& schema);

}  // namespace serin

#endif  // SERIN_CORE_TRANSFORM_MISSING_STEPS_H_
