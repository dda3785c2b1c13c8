#include "core/learn/forest.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "core/base/random_bits.h"
#include "core/base/status_macros.h"
#include "core/engine/estimator.h"
#include "core/interchange/xgboost_model.h"
#include "core/learn/target_scale.h"
#include "core/learn/xgboost_booster.h"
#include "core/learn/xgboost_parameters.h"

namespace serin {
namespace {

// How often each row is drawn if as many are drawn as there are: Efron's bootstrap.
std::vector<float> DrawWithReplacement(size_t row_count, RandomBits* random) {
  std::vector<float> counts(row_count);
  for (size_t i = 0; i < row_count; ++i) ++counts[random->Below(static_cast<uint32_t>(row_count))];
  return counts;
}

// What the trees are to predict, as differences from the mean of all rows, and how much each row
// counts.
class ForestTruth {
 public:
  ForestTruth(const TrainingSet& data, const std::vector<double>& class_weights,
              const std::optional<TargetScale>& scale)
      : weights_(data.row_count, 1), means_(MarginsFor(data.class_count)) {
    if (data.class_count > 0) SetClasses(data, class_weights);
    for (size_t row = 0; row < data.row_count; ++row) {
      const double target = data.targets[row];
      for (size_t output = 0; output < means_.size(); ++output) {
        truth_.push_back(scale ? scale->Scaled(target)
                               : IsClass(target, output) - static_cast<float>(means_[output]));
      }
    }
  }

  // One per output: the share of its class; for regression 0.
  const std::vector<double>& means() const { return means_; }

  // Sum over the rows of the squared differences, of the output where it is largest.
  double SumOfSquares() const {
    std::vector<double> sums(means_.size());
    for (size_t i = 0; i < truth_.size(); ++i) {
      sums[i % sums.size()] +=
          static_cast<double>(weights_[i / sums.size()]) * truth_[i] * truth_[i];
    }
    return *std::max_element(sums.begin(), sums.end());
  }

  // Derivatives of half the loss at the means, with rows that count `counts` times as much: rows x
  // outputs.
  void Differentiate(const std::vector<float>& counts, std::vector<float>* gradients,
                     std::vector<float>* hessians) const {
    gradients->resize(truth_.size());
    hessians->resize(truth_.size());
    for (size_t row = 0, i = 0; row < weights_.size(); ++row) {
      const float weight = weights_[row] * counts[row];
      for (size_t output = 0; output < means_.size(); ++output, ++i) {
        (*gradients)[i] = -weight * truth_[i];
        (*hessians)[i] = weight;
      }
    }
  }

 private:
  // Of two classes the second one has the only output.
  float IsClass(double target, size_t output) const {
    const size_t c = means_.size() == 1 ? 1 : output;
    return static_cast<size_t>(target) == c ? 1 : 0;
  }

  void SetClasses(const TrainingSet& data, const std::vector<double>& class_weights) {
    double total = 0;
    for (size_t row = 0; row < data.row_count; ++row) {
      const double weight = class_weights[static_cast<size_t>(data.targets[row])];
      weights_[row] = static_cast<float>(weight);
      total += weight;
      for (size_t output = 0; output < means_.size(); ++output) {
        means_[output] += weight * IsClass(data.targets[row], output);
      }
    }
    for (double& mean : means_) mean /= total;
  }

  std::vector<float> weights_;  // One per row.
  std::vector<double> means_;   // One per output.
  std::vector<float> truth_;    // rows x outputs, row by row.
};

XgboostParameters ParametersOf(const TrainingSet& data, const ForestOptions& options,
                               const ForestTruth& truth, int threads, uint64_t seed) {
  XgboostParameters parameters = HistogramTrees(threads, seed);
  const auto add = [&](const char* name, std::string value) {
    parameters.emplace_back(name, std::move(value));
  };
  // Of the objective, nothing but the number of outputs matters.
  add("objective", data.class_count > 2 ? "multi:softprob" : "reg:squarederror");
  if (data.class_count > 2) add("num_class", absl::StrCat(data.class_count));
  add("base_score", "0");
  // The leaves of all trees add up to their mean.
  add("learning_rate", XgboostNumber(1.0 / options.trees));
  add("lambda", XgboostNumber(options.smoothing));
  add("max_depth", absl::StrCat(options.max_depth));
  add("min_child_weight", XgboostNumber(options.min_leaf_rows));
  add("gamma", XgboostNumber(options.min_gain_share * truth.SumOfSquares()));
  add("colsample_bynode", XgboostNumber(options.split_inputs));
  add("max_bin", absl::StrCat(options.max_bins));
  return parameters;
}

absl::Status GrowTrees(const ForestOptions& options, const ForestTruth& truth, size_t row_count,
                       uint64_t seed, const IterationSink& sink, XgboostBooster* booster) {
  RandomBits random(MixBits(seed));
  std::vector<float> counts(row_count, 1);
  std::vector<float> gradients;
  std::vector<float> hessians;
  for (int tree = 0; tree < options.trees; ++tree) {
    if (options.bootstrap) counts = DrawWithReplacement(row_count, &random);
    truth.Differentiate(counts, &gradients, &hessians);
    SERIN_RETURN_IF_ERROR(booster->Boost(&gradients, &hessians));
    if (!sink({tree + 1, options.trees})) return absl::CancelledError("training was stopped");
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status FitForest(const TrainingSet& data, const ForestOptions& options, uint64_t seed,
                       const IterationSink& sink, internal::v1::Predictor* model) {
  std::optional<TargetScale> scale;
  if (data.class_count == 0) {
    SERIN_ASSIGN_OR_RETURN(scale, TargetScale::Of(data.targets));
  }
  const ForestTruth truth(data, options.class_weights, scale);
  const int threads = XgboostThreads(data);
  std::vector<size_t> rows(data.row_count);
  std::iota(rows.begin(), rows.end(), 0);
  SERIN_ASSIGN_OR_RETURN(
      const XgboostMatrix matrix,
      XgboostMatrix::Create(
          data, rows, {}, {threads, static_cast<size_t>(options.max_bins), options.max_categories},
          nullptr));
  SERIN_ASSIGN_OR_RETURN(
      XgboostBooster booster,
      XgboostBooster::Create(matrix, nullptr, ParametersOf(data, options, truth, threads, seed)));
  SERIN_RETURN_IF_ERROR(GrowTrees(options, truth, data.row_count, seed, sink, &booster));
  SERIN_ASSIGN_OR_RETURN(const std::string saved, booster.SaveAsUbjson());
  SERIN_ASSIGN_OR_RETURN(*model->mutable_trees(), ParseXgboostModel(saved));
  if (scale) {
    scale->Unscale(model->mutable_trees());
  } else {
    const std::vector<double>& means = truth.means();
    model->mutable_trees()->mutable_base_scores()->Assign(means.begin(), means.end());
    model->mutable_trees()->set_link(internal::v1::TreeEnsemble::LINK_PROBABILITY);
  }
  return absl::OkStatus();
}

}  // namespace serin
