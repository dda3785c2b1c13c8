#include "core/learn/naive_bayes.h"

#include <cmath>
#include <utility>
#include <vector>

#include "core/engine/log.h"
#include "core/learn/class_counts.h"

namespace serin {
namespace {

using internal::v1::NaiveBayesInput;

// Values of one input.
class InputColumn {
 public:
  InputColumn(const TrainingSet& data, size_t input) : data_(data), input_(input) {}

  // visit(value, class) for each row that has a value.
  template <typename Visit>
  void ForEach(const Visit& visit) const {
    for (size_t row = 0; row < data_.row_count; ++row) {
      const double x = data_.inputs[row * data_.input_count + input_];
      if (!std::isnan(x)) visit(x, static_cast<size_t>(data_.targets[row]));
    }
  }

 private:
  const TrainingSet& data_;
  const size_t input_;
};

struct Moments {
  double count = 0;
  double mean = 0;
  double squares = 0;  // Of deviations from the mean.

  // Welford, "Note on a method for calculating corrected sums of squares and products", 1962.
  void Add(double x) {
    ++count;
    const double delta = x - mean;
    mean += delta / count;
    squares += delta * (x - mean);
  }
  double Variance() const { return count > 0 ? squares / count : 0; }
};

// A class without a value has the moments of all rows. An input that never changes adds the same to
// all classes.
NaiveBayesInput FitGaussian(const InputColumn& column, size_t class_count, double smoothing) {
  Moments all;
  std::vector<Moments> of_class(class_count);
  column.ForEach([&](double x, size_t c) {
    all.Add(x);
    of_class[c].Add(x);
  });
  const double added = all.Variance() > 0 ? smoothing * all.Variance() : 1;
  NaiveBayesInput input;
  for (const Moments& moments : of_class) {
    const Moments& known = moments.count > 0 ? moments : all;
    input.add_means(known.mean);
    input.add_variances(known.Variance() + added);
  }
  return input;
}

NaiveBayesInput FitCategorical(const InputColumn& column, size_t class_count, size_t value_count,
                               double smoothing) {
  std::vector<double> counts(class_count * value_count, smoothing);
  std::vector<double> totals(class_count, smoothing * static_cast<double>(value_count));
  column.ForEach([&](double x, size_t c) {
    ++counts[c * value_count + static_cast<size_t>(x)];
    ++totals[c];
  });
  NaiveBayesInput input;
  for (size_t i = 0; i < counts.size(); ++i) {
    input.add_log_probabilities(Log(counts[i] / totals[i / value_count]));
  }
  return input;
}

absl::Status Fit(const TrainingSet& data, const Hyperparameters& hyperparameters, uint64_t,
                 const IterationSink&, internal::v1::Predictor* model) {
  internal::v1::NaiveBayesEstimator& estimator = *model->mutable_naive_bayes();
  const std::vector<double> log_priors = LogShares(data);
  estimator.mutable_log_priors()->Add(log_priors.begin(), log_priors.end());
  for (size_t i = 0; i < data.input_count; ++i) {
    const InputColumn column(data, i);
    const size_t categories = data.columns[i].category_count;
    *estimator.add_inputs() =
        categories > 0
            ? FitCategorical(column, data.class_count, categories,
                             hyperparameters.Number("smoothing"))
            : FitGaussian(column, data.class_count, hyperparameters.Number("variance_smoothing"));
  }
  return absl::OkStatus();
}

std::vector<v1::Hyperparameter> DescribeHyperparameters() {
  return {SearchLogarithmic(
              NumberParameter("smoothing",
                              "Rows that each category counts in each class beyond those that it "
                              "has, so that none is impossible; scikit-learn's "
                              "CategoricalNB(alpha).",
                              1, {.min = 1e-10, .max = 1e6}),
              1e-3, 10),
          SearchLogarithmic(
              NumberParameter("variance_smoothing",
                              "What is added to the variance of a number in each class, as a share "
                              "of its variance in all rows; of standardised features, "
                              "scikit-learn's GaussianNB(var_smoothing).",
                              1e-9, {.min = 1e-12, .max = 1}),
              1e-9, 0.3)};
}

}  // namespace

Algorithm NaiveBayes() {
  Algorithm algorithm{{}, InputKind::kRaw, &Fit};
  v1::Algorithm& description = algorithm.description;
  description.set_name("naive_bayes");
  description.set_description(
      "How likely the features are in each class, one by one: trained in a blink, good with few "
      "rows or many categories, but too sure of itself where features go together.");
  description.add_tasks(v1::TASK_CLASSIFICATION);
  for (v1::Hyperparameter& parameter : DescribeHyperparameters()) {
    *description.add_hyperparameters() = std::move(parameter);
  }
  description.set_reference(
      "M. E. Maron, Automatic indexing: an experimental inquiry, Journal of the ACM 8(3), 1961; "
      "T. Hastie, R. Tibshirani and J. Friedman, The Elements of Statistical Learning, 2nd "
      "edition, section 6.6.3, 2009");
  return algorithm;
}

}  // namespace serin
