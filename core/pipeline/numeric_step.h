#ifndef SERIN_CORE_PIPELINE_NUMERIC_STEP_H_
#define SERIN_CORE_PIPELINE_NUMERIC_STEP_H_

#include <memory>

#include "absl/status/statusor.h"
#include "core/pipeline/column_step.h"
#include "serin/internal/v1/bundle.pb.h"

namespace serin {

// INVALID_ARGUMENT where the message is not as bundle.proto says, or not for such a column.
absl::StatusOr<std::unique_ptr<const ColumnStep>> MakeNumericStep(
    const internal::v1::NumericTransform& numeric, const v1::ColumnSchema& column);

}  // namespace serin

#endif  // SERIN_CORE_PIPELINE_NUMERIC_STEP_H_
