#ifndef SERIN_CORE_TRANSFORM_FILTER_STEP_H_
#define SERIN_CORE_TRANSFORM_FILTER_STEP_H_

#include <functional>
#include <memory>

#include "absl/status/statusor.h"
#include "core/transform/step.h"
#include "core/transform/step_context.h"
#include "serin/v1/table.pb.h"
#include "serin/v1/transform.pb.h"

// See serin.v1.TransformStep.Filter.

namespace serin {

// `cancelled` ends the step between rows.
absl::StatusOr<std::unique_ptr<Step>> MakeFilter(const v1::TransformStep::Filter& step,
                                                 StepContext context, const v1::Schema& schema,
                                                 std::function<bool()> cancelled);

}  // namespace serin

#endif  // SERIN_CORE_TRANSFORM_FILTER_STEP_H_
