#ifndef SERIN_CORE_INTERCHANGE_SAMPLE_ROWS_H_
#define SERIN_CORE_INTERCHANGE_SAMPLE_ROWS_H_

#include "core/table/table.h"
#include "serin/internal/v1/bundle.pb.h"

namespace serin {

// 15 rows to try a model with of whose training nothing is known: numbers at and below the
// thresholds of its splits, else about the middle of what the transform expects; all categories, in
// turn. The same model gives the same rows.
Table MakeSampleRows(const internal::v1::Predictor& model);

}  // namespace serin

#endif  // SERIN_CORE_INTERCHANGE_SAMPLE_ROWS_H_
