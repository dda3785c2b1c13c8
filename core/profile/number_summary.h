#ifndef SERIN_CORE_PROFILE_NUMBER_SUMMARY_H_
#define SERIN_CORE_PROFILE_NUMBER_SUMMARY_H_

#include "absl/types/span.h"
#include "core/profile/moments.h"
#include "core/profile/quantile_sketch.h"
#include "serin/v1/dataset.pb.h"
#include "serin/v1/table.pb.h"

namespace serin {

// Extremes, quantiles and histogram of `sorted`, all values of a column (or a sample that stands
// for them): ascending, different, at least one. The type decides how finely a histogram may
// divide.
v1::NumberSummary SummaryOf(absl::Span<const WeightedValue> sorted, const Moments& moments,
                            v1::ColumnType type);

}  // namespace serin

#endif  // SERIN_CORE_PROFILE_NUMBER_SUMMARY_H_
