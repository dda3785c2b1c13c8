#ifndef SERIN_TESTS_UNIT_CORE_LEARN_FIT_TESTING_H_
#define SERIN_TESTS_UNIT_CORE_LEARN_FIT_TESTING_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "core/learn/algorithm.h"
#include "serin/internal/v1/bundle.pb.h"

// Algorithms fitted on matrices given in the test, without pipeline or evaluation.

namespace serin {

// Rows of inputs with their targets; class_count 0 means regression.
TrainingSet MakeSet(const std::vector<std::vector<double>>& rows, std::vector<double> targets,
                    size_t class_count);

// Hyperparameters that differ from the defaults, as JSON.
absl::StatusOr<internal::v1::Predictor> FitOn(const TrainingSet& data, const std::string& algorithm,
                                              const std::string& hyperparameters = "{}",
                                              uint64_t seed = 0);

}  // namespace serin

#endif  // SERIN_TESTS_UNIT_CORE_LEARN_FIT_TESTING_H_
