#ifndef SERIN_CORE_PIPELINE_FIT_NUMBERS_H_
#define SERIN_CORE_PIPELINE_FIT_NUMBERS_H_

#include "absl/status/statusor.h"
#include "core/table/table.h"
#include "serin/internal/v1/bundle.pb.h"
#include "serin/v1/job.pb.h"

namespace serin {

// Fits ENCODING_NUMERIC, ENCODING_STANDARDISED and ENCODING_MIN_MAX. Offset, scale and range are
// those of the values that are there, whatever missing ones are filled with; a column that is
// constant (or too narrow for its scale to be a number) keeps scale 1, one without values offset 0
// and, where it has to be filled, 0. Errors as FitPipeline has them.
absl::StatusOr<internal::v1::NumericTransform> FitNumbers(const ColumnData& column,
                                                          const v1::Preprocessing& preprocessing);

}  // namespace serin

#endif  // SERIN_CORE_PIPELINE_FIT_NUMBERS_H_
