#include "core/learn/class_weights.h"

#include <algorithm>
#include <map>
#include <string>

#include "core/base/errors.h"
#include "core/base/status_macros.h"
#include "core/learn/describe_hyperparameter.h"

namespace serin {
namespace {

absl::StatusOr<std::vector<double>> GivenWeights(const TrainingSet& data,
                                                 const Hyperparameters& hyperparameters,
                                                 const internal::v1::Predictor& model) {
  const std::map<std::string, double> given = hyperparameters.NumberMap("class_weights");
  std::vector<double> weights(data.class_count, 1);
  for (int c = 0; c < model.classes_size(); ++c) {
    const auto it = given.find(model.classes(c));
    if (it != given.end()) weights[c] = it->second;
  }
  const size_t weighty =
      std::count_if(weights.begin(), weights.end(), [](double w) { return w > 0; });
  if (data.class_count > 0 && weighty < 2) {
    return InvalidField("hyperparameters.class_weights",
                        "leaves fewer than two classes a weight above 0");
  }
  return weights;
}

std::vector<double> CountClasses(const TrainingSet& data) {
  std::vector<double> counts(data.class_count);
  for (const double target : data.targets) ++counts[static_cast<size_t>(target)];
  return counts;
}

}  // namespace

std::vector<v1::Hyperparameter> ClassWeightParameters() {
  return {NumberMapParameter("class_weights",
                             "What a row of a class counts, by class; 1 where none is given. "
                             "Classification only.",
                             {.min = 0, .max = 1e6}, v1::Hyperparameter::KEYS_CLASSES),
          BooleanParameter("balance_classes",
                           "Rows of rare classes count more, so that all classes together count "
                           "the same.",
                           false)};
}

absl::StatusOr<std::vector<double>> ClassWeights(const TrainingSet& data,
                                                 const Hyperparameters& hyperparameters,
                                                 const internal::v1::Predictor& model) {
  SERIN_ASSIGN_OR_RETURN(std::vector<double> weights, GivenWeights(data, hyperparameters, model));
  if (!hyperparameters.Boolean("balance_classes")) return weights;
  const std::vector<double> counts = CountClasses(data);
  for (size_t c = 0; c < weights.size(); ++c) {
    weights[c] *= static_cast<double>(data.row_count) /
                  (static_cast<double>(data.class_count) * std::max(counts[c], 1.0));
  }
  return weights;
}

}  // namespace serin
