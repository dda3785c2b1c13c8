#ifndef SERIN_CORE_LEARN_PREDICTIONS_H_
#define SERIN_CORE_LEARN_PREDICTIONS_H_

#include <cstddef>
#include <vector>

#include "absl/status/statusor.h"
#include "core/engine/predictor.h"
#include "core/learn/examples.h"
#include "serin/v1/model.pb.h"

namespace serin {

// Answers beside the truth.
struct Predictions {
  // rows x outputs, row by row: the probability of each class, or the value.
  std::vector<double> outputs;
  // Per row the index of the class, or the value.
  std::vector<double> actual;

  void Append(const Predictions& more);
};

// What a predictor answers for some examples.
absl::StatusOr<Predictions> Predict(const Predictor& predictor, const Examples& examples,
                                    const std::vector<size_t>& indexes);

// The metrics of at least one answer, and their number as holdout_rows; without curves.
v1::Evaluation Measure(const Predictions& predictions, const Labels& labels);

}  // namespace serin

#endif  // SERIN_CORE_LEARN_PREDICTIONS_H_
