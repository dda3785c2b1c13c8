#include "core/learn/baselines.h"

#include <vector>

#include "core/learn/class_counts.h"

namespace serin {
namespace {

constexpr const char* kReference =
    "I. Witten, E. Frank and M. Hall, Data Mining: Practical Machine Learning Tools and "
    "Techniques (the ZeroR rule), 2011";

absl::Status FitMajority(const TrainingSet& data, const Hyperparameters&, uint64_t,
                         const IterationSink&, internal::v1::Predictor* model) {
  internal::v1::ConstantEstimator& constant = *model->mutable_constant();
  const std::vector<double> log_shares = LogShares(data);
  if (data.class_count == 2) {
    constant.add_scores(log_shares[1] - log_shares[0]);
  } else {
    constant.mutable_scores()->Add(log_shares.begin(), log_shares.end());
  }
  return absl::OkStatus();
}

absl::Status FitMean(const TrainingSet& data, const Hyperparameters&, uint64_t,
                     const IterationSink&, internal::v1::Predictor* model) {
  double mean = 0;  // Updated row by row: a sum of the largest doubles would be infinite.
  for (size_t row = 0; row < data.row_count; ++row) {
    mean += (data.targets[row] - mean) / static_cast<double>(row + 1);
  }
  model->mutable_constant()->add_scores(mean);
  return absl::OkStatus();
}

Algorithm Baseline(const char* name, const char* description, v1::Task task) {
  Algorithm algorithm{{}, InputKind::kRaw, nullptr};
  algorithm.description.set_name(name);
  algorithm.description.set_description(description);
  algorithm.description.add_tasks(task);
  algorithm.description.set_reference(kReference);
  algorithm.description.set_baseline(true);
  return algorithm;
}

}  // namespace

Algorithm Majority() {
  Algorithm algorithm = Baseline(
      "majority",
      "The most frequent class for every row, with the classes' shares as probabilities: what "
      "any other classifier has to beat.",
      v1::TASK_CLASSIFICATION);
  algorithm.fit = &FitMajority;
  return algorithm;
}

Algorithm Mean() {
  Algorithm algorithm = Baseline(
      "mean", "The mean of the target for every row: what any other regression has to beat.",
      v1::TASK_REGRESSION);
  algorithm.fit = &FitMean;
  return algorithm;
}

}  // namespace serin
