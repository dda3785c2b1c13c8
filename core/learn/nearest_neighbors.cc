#include "core/learn/nearest_neighbors.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"

namespace serin {
namespace {

// Numbers that the model keeps: 400 MB, within what a bundle may have, and about 0.1 s per
// prediction.
constexpr size_t kMaxNumbers = 100'000'000;

absl::Status CheckSize(const TrainingSet& data) {
  if (data.row_count * data.input_count <= kMaxNumbers) return absl::OkStatus();
  return InvalidField(
      "algorithm", absl::StrCat("nearest_neighbors keeps all training rows, at most ", kMaxNumbers,
                                " numbers; these are ", data.row_count, " rows of ",
                                data.input_count, " inputs; use gradient_boosting"));
}

absl::Status Fit(const TrainingSet& data, const Hyperparameters& hyperparameters, uint64_t,
                 const IterationSink&, internal::v1::Predictor* model) {
  if (absl::Status status = CheckSize(data); !status.ok()) return status;
  internal::v1::NearestNeighborsEstimator& estimator = *model->mutable_nearest_neighbors();
  const int rows = static_cast<int>(data.row_count);
  estimator.set_neighbors(std::min(hyperparameters.Integer("neighbors"), rows));
  estimator.set_distance_weighted(hyperparameters.String("weights") == "distance");
  estimator.mutable_inputs()->Add(data.inputs.begin(), data.inputs.end());
  estimator.mutable_targets()->Add(data.targets.begin(), data.targets.end());
  return absl::OkStatus();
}

std::vector<v1::Hyperparameter> DescribeHyperparameters() {
  return {SearchLogarithmic(
              IntegerParameter("neighbors",
                               "Training rows that are asked; with fewer rows, all of them. Few "
                               "follow the data closely, many are steadier; scikit-learn's "
                               "n_neighbors.",
                               5, {.min = 1, .max = 1000}),
              1, 100),
          SearchAll(StringParameter("weights",
                                    "What a neighbour counts: uniform, or by 1 / distance; "
                                    "scikit-learn's weights.",
                                    {"uniform", "distance"}))};
}

}  // namespace

Algorithm NearestNeighbors() {
  Algorithm algorithm{{}, InputKind::kStandardised, &Fit};
  v1::Algorithm& description = algorithm.description;
  description.set_name("nearest_neighbors");
  description.set_description(
      "What the most similar training rows have: nothing to train and easy to explain, but slow to "
      "answer with many rows, and weak where many features do not matter.");
  description.add_tasks(v1::TASK_CLASSIFICATION);
  description.add_tasks(v1::TASK_REGRESSION);
  for (v1::Hyperparameter& parameter : DescribeHyperparameters()) {
    *description.add_hyperparameters() = std::move(parameter);
  }
  description.set_reference(
      "T. Cover and P. Hart, Nearest neighbor pattern classification, IEEE Transactions on "
      "Information Theory 13(1), 1967");
  return algorithm;
}

}  // namespace serin
