#ifndef SERIN_CORE_ENGINE_GOLDEN_ROWS_H_
#define SERIN_CORE_ENGINE_GOLDEN_ROWS_H_

#include "absl/status/statusor.h"
#include "core/engine/predictor.h"
#include "core/table/table.h"
#include "serin/internal/v1/bundle.pb.h"

namespace serin {

// These rows, and one in which everything is missing, each with the predictor's outputs. The table
// is as Predictor::Score takes it.
absl::StatusOr<internal::v1::GoldenRows> ScoreGoldenRows(const Predictor& predictor, Table rows);

}  // namespace serin

#endif  // SERIN_CORE_ENGINE_GOLDEN_ROWS_H_
