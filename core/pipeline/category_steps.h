#ifndef SERIN_CORE_PIPELINE_CATEGORY_STEPS_H_
#define SERIN_CORE_PIPELINE_CATEGORY_STEPS_H_

#include <memory>

#include "absl/status/statusor.h"
#include "core/pipeline/column_step.h"
#include "serin/internal/v1/bundle.pb.h"

// Steps for columns of categories, whose indexes the pipeline has checked. INVALID_ARGUMENT where
// the message is not as bundle.proto says.

namespace serin {

absl::StatusOr<std::unique_ptr<const ColumnStep>> MakeOneHotStep(
    const internal::v1::OneHotTransform& one_hot, const v1::ColumnSchema& column);

absl::StatusOr<std::unique_ptr<const ColumnStep>> MakeCategoryCodeStep(
    const internal::v1::CategoryCodeTransform& category_code, const v1::ColumnSchema& column);

absl::StatusOr<std::unique_ptr<const ColumnStep>> MakeTargetMeanStep(
    const internal::v1::TargetMeanTransform& target_mean, const v1::ColumnSchema& column);

}  // namespace serin

#endif  // SERIN_CORE_PIPELINE_CATEGORY_STEPS_H_
