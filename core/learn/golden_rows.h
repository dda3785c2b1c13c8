#ifndef SERIN_CORE_LEARN_GOLDEN_ROWS_H_
#define SERIN_CORE_LEARN_GOLDEN_ROWS_H_

#include "absl/status/statusor.h"
#include "core/engine/predictor.h"
#include "core/learn/examples.h"
#include "serin/internal/v1/bundle.pb.h"

namespace serin {

// Up to 15 examples, evenly spaced, and a row in which everything is missing, each with the
// predictor's outputs.
absl::StatusOr<internal::v1::GoldenRows> MakeGoldenRows(const Predictor& predictor,
                                                        const Examples& examples);

}  // namespace serin

#endif  // SERIN_CORE_LEARN_GOLDEN_ROWS_H_
