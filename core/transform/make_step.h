#ifndef SERIN_CORE_TRANSFORM_MAKE_STEP_H_
#define SERIN_CORE_TRANSFORM_MAKE_STEP_H_

#include <functional>
#include <memory>

#include "absl/status/statusor.h"
#include "core/transform/step.h"
#include "core/transform/step_context.h"
#include "serin/v1/table.pb.h"
#include "serin/v1/transform.pb.h"

namespace serin {

// The step that `step` describes, applied to a table of this schema. `context.field` is that of
// the TransformStep, `steps[2]`. `resolve` and `cancelled` as in TransformEnvironment.
absl::StatusOr<std::unique_ptr<Step>> MakeStep(const v1::TransformStep& step, StepContext context,
                                               const v1::Schema& schema,
                                               const TableResolver& resolve,
                                               const std::function<bool()>& cancelled);

}  // namespace serin

#endif  // SERIN_CORE_TRANSFORM_MAKE_STEP_H_
