#ifndef SERIN_TESTS_UNIT_CORE_LEARN_TREE_TESTING_H_
#define SERIN_TESTS_UNIT_CORE_LEARN_TREE_TESTING_H_

#include <cstdint>
#include <string>
#include <vector>

#include "core/engine/estimator.h"
#include "core/learn/algorithm.h"
#include "serin/internal/v1/bundle.pb.h"
#include "tests/testing/status_matchers.h"
#include "tests/unit/core/learn/fit_testing.h"

namespace serin {

// What a fitted model says about rows of inputs: probabilities, or one value each.
inline std::vector<double> ScoreRows(const internal::v1::Predictor& model,
                                     const TrainingSet& data) {
  internal::v1::Predictor with_classes = model;
  for (size_t c = 0; c < data.class_count; ++c) with_classes.add_classes(std::to_string(c));
  const auto estimator = MakeEstimator(with_classes, data.input_count);
  EXPECT_THAT(estimator, IsOk());
  std::vector<double> margins(data.row_count * (*estimator)->margin_count());
  (*estimator)->Score(data.inputs.data(), data.row_count, margins.data());
  std::vector<double> outputs(data.row_count * (data.class_count == 0 ? 1 : data.class_count));
  ApplyLink((*estimator)->link(), margins.data(), data.row_count, data.class_count, outputs.data());
  return outputs;
}

inline std::vector<double> FitAndScore(const TrainingSet& data, const std::string& algorithm,
                                       const std::string& hyperparameters, uint64_t seed = 0) {
  const auto model = FitOn(data, algorithm, hyperparameters, seed);
  EXPECT_THAT(model, IsOk());
  return model.ok() ? ScoreRows(*model, data) : std::vector<double>();
}

}  // namespace serin

#endif  // SERIN_TESTS_UNIT_CORE_LEARN_TREE_TESTING_H_
