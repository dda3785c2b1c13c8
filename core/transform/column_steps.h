#ifndef SERIN_CORE_TRANSFORM_COLUMN_STEPS_H_
#define SERIN_CORE_TRANSFORM_COLUMN_STEPS_H_

#include <memory>

#include "absl/status/statusor.h"
#include "core/transform/step.h"
#include "core/transform/step_context.h"
#include "serin/v1/table.pb.h"
#include "serin/v1/transform.pb.h"

// Steps that choose and name columns; values stay as they are.

namespace serin {

absl::StatusOr<std::unique_ptr<Step>> MakeSelect(const v1::TransformStep::Select& step,
                                                 StepContext context, const v1::Schema& schema);

absl::StatusOr<std::unique_ptr<Step>> MakeDrop(const v1::TransformStep::Drop& step,
                                               StepContext context, const v1::Schema& schema);

absl::StatusOr<std::unique_ptr<Step>> MakeRename(const v1::TransformStep::Rename& step,
                                                 StepContext context, const v1::Schema& schema);

}  // namespace serin

#endif  // SERIN_CORE_TRANSFORM_COLUMN_STEPS_H_
