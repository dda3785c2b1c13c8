#ifndef SERIN_CORE_TRANSFORM_ENCODE_STEPS_H_
#define SERIN_CORE_TRANSFORM_ENCODE_STEPS_H_

#include <memory>

#include "absl/status/statusor.h"
#include "core/transform/step.h"
#include "core/transform/step_context.h"
#include "serin/v1/table.pb.h"
#include "serin/v1/transform.pb.h"

// Categories made of numbers, and truth values of categories.

namespace serin {

absl::StatusOr<std::unique_ptr<Step>> MakeOneHot(const v1::TransformStep::OneHot& step,
                                                 StepContext context, const v1::Schema& schema);

absl::StatusOr<std::unique_ptr<Step>> MakeBucket(const v1::TransformStep::Bucket& step,
                                                 StepContext context, const v1::Schema& schema);

}  // namespace serin

#endif  // SERIN_CORE_TRANSFORM_ENCODE_STEPS_H_
