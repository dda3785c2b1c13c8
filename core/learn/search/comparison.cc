#include "core/learn/search/comparison.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"
#include "core/learn/examples.h"
#include "core/learn/predictions.h"
#include "core/learn/search_metric.h"
#include "core/learn/split.h"
#include "core/table/schema.h"

namespace serin {
namespace {

absl::Status CheckComparable(const Table& table, const v1::TrainingSpec& spec,
                             const internal::v1::Predictor& other) {
  if (spec.evaluation().method() == v1::EvaluationPlan::METHOD_CROSS_VALIDATION) {
    return absl::FailedPreconditionError(
        "cross-validation leaves no rows that the new model has not seen");
  }
  if (spec.holdout_fraction() == 0) return absl::FailedPreconditionError("there is no holdout");
  if (other.target().name() != spec.target() || other.task() != spec.task()) {
    return absl::FailedPreconditionError(
        absl::StrCat("it predicts something else: '", other.target().name(), "'"));
  }
  const v1::Schema schema = SchemaOf(table);
  for (const v1::ColumnSchema& feature : other.features().columns()) {
    const v1::ColumnSchema* column = FindColumn(schema, feature.name());
    if (column != nullptr && column->type() == feature.type()) continue;
    return absl::FailedPreconditionError(
        absl::StrCat("its feature '", feature.name(), "' is ",
                     column == nullptr ? "not in the dataset any more" : "of another type now"));
  }
  return absl::OkStatus();
}

// The classes of the examples, then those that only the other model knows.
std::vector<std::string> AllClasses(const Labels& labels, const internal::v1::Predictor& other) {
  std::vector<std::string> classes = labels.classes;
  for (const std::string& name : other.classes()) {
    if (std::find(classes.begin(), classes.end(), name) == classes.end()) classes.push_back(name);
  }
  return classes;
}

// Probabilities in the order of all classes: 0 for those that the model does not know.
std::vector<double> Rearrange(const std::vector<double>& probabilities,
                              const internal::v1::Predictor& model,
                              const std::vector<std::string>& classes) {
  std::vector<size_t> place;
  for (const std::string& name : model.classes()) {
    place.push_back(std::find(classes.begin(), classes.end(), name) - classes.begin());
  }
  const size_t rows = probabilities.size() / place.size();
  std::vector<double> all(rows * classes.size());
  for (size_t row = 0; row < rows; ++row) {
    for (size_t c = 0; c < place.size(); ++c) {
      all[row * classes.size() + place[c]] = probabilities[row * place.size() + c];
    }
  }
  return all;
}

// The same rows, with the features of the other model.
absl::StatusOr<Examples> ExamplesFor(const internal::v1::Predictor& other, const Table& table,
                                     v1::TrainingSpec spec) {
  spec.clear_features();
  for (const v1::ColumnSchema& feature : other.features().columns()) {
    spec.add_features(feature.name());
  }
  return MakeExamples(table, spec);
}

absl::StatusOr<v1::Evaluation> EvaluateOther(const Table& table, const v1::TrainingSpec& spec,
                                             const Predictor& other) {
  SERIN_RETURN_IF_ERROR(CheckComparable(table, spec, other.model()));
  SERIN_ASSIGN_OR_RETURN(const Examples examples, ExamplesFor(other.model(), table, spec));
  SERIN_ASSIGN_OR_RETURN(const Split split, SplitRows(examples, spec));
  if (split.holdout.empty()) return absl::FailedPreconditionError("the holdout has no rows");
  SERIN_ASSIGN_OR_RETURN(Predictions predictions, Predict(other, examples, split.holdout));
  Labels labels = examples.labels;
  if (!labels.classes.empty()) {
    labels.classes = AllClasses(labels, other.model());
    predictions.outputs = Rearrange(predictions.outputs, other.model(), labels.classes);
  }
  return Measure(predictions, labels);
}

absl::Status Compare(const Table& table, const v1::TrainingSpec& spec,
                     const v1::Evaluation& evaluation, const Predictor& other,
                     v1::Comparison* comparison) {
  if (!MetricFits(comparison->metric(), spec.task())) {
    return absl::FailedPreconditionError(
        absl::StrCat(MetricName(comparison->metric()), " does not measure this task"));
  }
  SERIN_ASSIGN_OR_RETURN(*comparison->mutable_evaluation(), EvaluateOther(table, spec, other));
  SERIN_ASSIGN_OR_RETURN(const double mine, MetricOf(evaluation, comparison->metric()));
  SERIN_ASSIGN_OR_RETURN(const double its,
                         MetricOf(comparison->evaluation(), comparison->metric()));
  comparison->set_better(HigherIsBetter(comparison->metric()) ? mine > its : mine < its);
  return absl::OkStatus();
}

}  // namespace

v1::Comparison CompareOnHoldout(const Table& table, const v1::TrainingSpec& spec,
                                const v1::Evaluation& evaluation, const Predictor& other,
                                v1::Search::Metric metric) {
  v1::Comparison comparison;
  comparison.set_metric(metric == v1::Search::METRIC_UNSPECIFIED ? DefaultMetric(spec.task())
                                                                 : metric);
  const absl::Status compared = Compare(table, spec, evaluation, other, &comparison);
  if (!compared.ok()) comparison.set_error(std::string(compared.message()));
  return comparison;
}

}  // namespace serin
