#include "core/learn/mlp_loss.h"

#include <algorithm>
#include <cmath>

#include "core/engine/estimator.h"
#include "core/engine/link.h"
#include "core/engine/log.h"
#include "core/engine/mlp_activation.h"

namespace serin {

MlpLoss::MlpLoss(const TrainingSet& data) : data_(data) {
  if (data.class_count > 0) return;
  double squares = 0;
  double count = 0;
  for (const double target : data.targets) {
    const double delta = target - offset_;
    offset_ += delta / ++count;
    squares += delta * (target - offset_);
  }
  const double deviation = std::sqrt(squares / count);
  if (deviation > 0) scale_ = deviation;
}

size_t MlpLoss::output_count() const { return MarginsFor(data_.class_count); }

FloatMatrix MlpLoss::Inputs(const size_t* rows, size_t count) const {
  FloatMatrix inputs(static_cast<Eigen::Index>(count),
                     static_cast<Eigen::Index>(data_.input_count));
  float* to = inputs.data();
  for (size_t i = 0; i < count; ++i) {
    const double* from = data_.inputs.data() + rows[i] * data_.input_count;
    to = std::transform(from, from + data_.input_count, to, LimitToMlp);
  }
  return inputs;
}

double MlpLoss::Evaluate(const size_t* rows, const FloatMatrix& outputs,
                         FloatMatrix* slopes) const {
  double sum = 0;
  std::vector<double> of_row(output_count());
  if (slopes != nullptr) slopes->resize(outputs.rows(), outputs.cols());
  for (Eigen::Index i = 0; i < outputs.rows(); ++i) {
    sum += EvaluateRow(data_.targets[rows[i]], outputs.data() + i * outputs.cols(), of_row.data());
    if (slopes == nullptr) continue;
    std::transform(of_row.begin(), of_row.end(), slopes->data() + i * outputs.cols(),
                   [](double x) { return static_cast<float>(x); });
  }
  return sum;
}

double MlpLoss::EvaluateRow(double target, const float* outputs, double* slopes) const {
  if (data_.class_count == 0) {
    slopes[0] = outputs[0] - (target - offset_) / scale_;
    return slopes[0] * slopes[0] / 2;
  }
  if (data_.class_count == 2) {
    const double towards = target == 1 ? outputs[0] : -outputs[0];
    slopes[0] = Logistic(outputs[0]) - target;
    return std::max(0.0, -towards) + Log(1 + Exp(-std::abs(towards)));
  }
  const auto true_class = static_cast<size_t>(target);
  std::copy_n(outputs, data_.class_count, slopes);
  Softmax(slopes, data_.class_count, slopes);
  const double p = slopes[true_class];
  slopes[true_class] -= 1;
  return -Log(std::max(p, 1e-300));
}

}  // namespace serin
