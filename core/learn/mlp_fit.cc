#include "core/learn/mlp_fit.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/random.h"
#include "core/base/status_macros.h"
#include "core/learn/adam.h"
#include "core/learn/eigen_blocking.h"
#include "core/learn/linear_export.h"
#include "core/learn/mlp_loss.h"
#include "core/learn/mlp_network.h"
#include "core/learn/validation_rows.h"

namespace serin {
namespace {

// Adam keeps two numbers for each: 200 MB in all.
constexpr int64_t kMaxWeights = 10'000'000;

// What counts as an improvement of the mean loss.
constexpr double kImprovement = 1e-4;

// Rows that are scored at once.
constexpr size_t kScoredRows = 1024;

std::vector<int> Widths(const TrainingSet& data, const MlpOptions& options, size_t outputs) {
  std::vector<int> widths = {static_cast<int>(data.input_count)};
  widths.insert(widths.end(), options.hidden_layers.begin(), options.hidden_layers.end());
  widths.push_back(static_cast<int>(outputs));
  return widths;
}

absl::Status CheckSize(const std::vector<int>& widths) {
  int64_t weights = 0;
  for (size_t i = 0; i + 1 < widths.size(); ++i) weights += int64_t{widths[i]} * widths[i + 1];
  if (weights <= kMaxWeights) return absl::OkStatus();
  return InvalidField("hyperparameters.hidden_layers",
                      absl::StrCat("make ", weights, " weights with ", widths.front(),
                                   " inputs; at most ", kMaxWeights, " can be trained"));
}

// Trains a network epoch by epoch.
class Trainer {
 public:
  Trainer(const MlpLoss& loss, const MlpOptions& options, Random* random, MlpNetwork* network)
      : loss_(loss),
        options_(options),
        random_(random),
        network_(network),
        adam_(options.learning_rate, network->layers()) {}

  // Goes through the rows once, in batches, in an order drawn anew. Returns the mean loss, of each
  // batch before its step.
  double Epoch(std::vector<size_t>* rows) {
    for (size_t i = rows->size(); i > 1; --i) {
      std::swap((*rows)[i - 1], (*rows)[UniformBelow(i, *random_)]);
    }
    double sum = 0;
    for (size_t first = 0; first < rows->size(); first += options_.batch_size) {
      sum += Batch(rows->data() + first, std::min(options_.batch_size, rows->size() - first));
    }
    return sum / static_cast<double>(rows->size());
  }

  double MeanLoss(const std::vector<size_t>& rows) {
    double sum = 0;
    for (size_t first = 0; first < rows.size(); first += kScoredRows) {
      const size_t count = std::min(kScoredRows, rows.size() - first);
      const FloatMatrix& outputs = network_->Forward(loss_.Inputs(rows.data() + first, count));
      sum += loss_.Evaluate(rows.data() + first, outputs, nullptr);
    }
    return sum / static_cast<double>(rows.size());
  }

 private:
  // One step along the mean loss of a batch and its share of the penalty.
  double Batch(const size_t* rows, size_t count) {
    FloatMatrix slopes;
    const FloatMatrix& outputs = network_->Forward(loss_.Inputs(rows, count));
    const double sum = loss_.Evaluate(rows, outputs, &slopes);
    slopes /= static_cast<float>(count);
    std::vector<MlpWeights> derivatives = network_->Derivatives(std::move(slopes));
    const auto penalty = static_cast<float>(options_.l2 / static_cast<double>(count));
    for (size_t i = 0; i < derivatives.size(); ++i) {
      derivatives[i].weights += penalty * network_->layers()[i].weights;
    }
    adam_.Step(derivatives, &network_->layers());
    return sum;
  }

  const MlpLoss& loss_;
  const MlpOptions& options_;
  Random* const random_;
  MlpNetwork* const network_;
  Adam adam_;
};

// Leaves the best network in `network`.
absl::Status TrainEpochs(const MlpOptions& options, ValidationSplit split,
                         const IterationSink& sink, Trainer* trainer, MlpNetwork* network) {
  std::vector<MlpWeights> best = network->layers();
  double least = std::numeric_limits<double>::infinity();
  int without_improvement = 0;
  for (int epoch = 1; epoch <= options.max_epochs; ++epoch) {
    const double training = trainer->Epoch(&split.training);
    std::optional<double> validation;
    if (!split.validation.empty()) validation = trainer->MeanLoss(split.validation);
    const double judged = validation.value_or(training);
    without_improvement = judged < least - kImprovement ? 0 : without_improvement + 1;
    if (judged < least) {
      least = judged;
      best = network->layers();
    }
    if (!sink({epoch, options.max_epochs, training, validation})) {
      return absl::CancelledError("training was stopped");
    }
    if (without_improvement >= options.patience) break;
  }
  network->layers() = std::move(best);
  return absl::OkStatus();
}

}  // namespace

absl::Status FitMlp(const TrainingSet& data, const MlpOptions& options, uint64_t seed,
                    const IterationSink& sink, internal::v1::MlpEstimator* estimator) {
  PinEigenBlocking();
  const MlpLoss loss(data);
  if (!std::isfinite(loss.target_offset()) || !std::isfinite(loss.target_scale())) {
    return TargetsTooLarge();
  }
  const std::vector<int> widths = Widths(data, options, loss.output_count());
  SERIN_RETURN_IF_ERROR(CheckSize(widths));
  Random random(seed);
  MlpNetwork network(options.activation, widths, &random);
  Trainer trainer(loss, options, &random, &network);
  SERIN_RETURN_IF_ERROR(TrainEpochs(
      options, SplitForValidation(data, options.validation_share, seed), sink, &trainer, &network));
  network.Export(estimator);
  estimator->set_target_offset(loss.target_offset());
  estimator->set_target_scale(loss.target_scale());
  return absl::OkStatus();
}

}  // namespace serin
