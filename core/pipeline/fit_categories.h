#ifndef SERIN_CORE_PIPELINE_FIT_CATEGORIES_H_
#define SERIN_CORE_PIPELINE_FIT_CATEGORIES_H_

#include "absl/status/statusor.h"
#include "core/pipeline/fit.h"
#include "core/table/table.h"
#include "serin/internal/v1/bundle.pb.h"
#include "serin/v1/job.pb.h"

// Encodings of categories. Those that rows have count, sorted; the dictionary may list others. Of
// categories that are most frequent together the first is.

namespace serin {

internal::v1::OneHotTransform FitOneHot(const ColumnData& column,
                                        const v1::Preprocessing& preprocessing);

internal::v1::CategoryCodeTransform FitCategoryCode(const ColumnData& column,
                                                    const v1::Preprocessing& preprocessing);

// (sum of the category's targets + smoothing * mean of all) / (rows of the category + smoothing),
// of classes the share of the second. Missing and unseen: the mean of all, or with
// MISSING_MOST_FREQUENT that of the most frequent category. Micci-Barreca, "A preprocessing scheme
// for high-cardinality categorical attributes", 2001.
absl::StatusOr<internal::v1::TargetMeanTransform> FitTargetMean(
    const ColumnData& column, const v1::Preprocessing& preprocessing, const FitTarget& target);

}  // namespace serin

#endif  // SERIN_CORE_PIPELINE_FIT_CATEGORIES_H_
