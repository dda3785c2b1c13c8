#include "core/learn/warnings.h"

#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "core/base/parallel.h"
#include "core/base/utf8.h"
#include "core/learn/algorithm.h"
#include "core/learn/feature_warnings.h"
#include "core/learn/training_threads.h"

namespace serin {
namespace {

constexpr size_t kMaxFeatureWarnings = 20;
constexpr double kMaxUnlabelled = 0.1;
constexpr size_t kFewRowsOfClass = 10;
constexpr int64_t kFewHoldoutRows = 30;

void WarnOfFeatures(const Examples& examples, std::vector<std::string>* warnings) {
  const std::vector<ColumnData>& features = examples.features.columns;
  std::vector<std::optional<std::string>> all(features.size());
  const size_t threads = TrainingThreads(features.size() * examples.labels.rows.size());
  ParallelFor(features.size(), threads, [&](size_t i) {
    all[i] = FeatureWarning(features[i], examples.labels);
    return absl::OkStatus();
  }).IgnoreError();
  size_t found = 0;
  for (const std::optional<std::string>& warning : all) {
    if (warning.has_value() && ++found <= kMaxFeatureWarnings) warnings->push_back(*warning);
  }
  if (found > kMaxFeatureWarnings) {
    warnings->push_back(
        absl::StrCat(found - kMaxFeatureWarnings, " more columns are as odd as those named"));
  }
}

void WarnOfMissingTargets(const Examples& examples, std::vector<std::string>* warnings) {
  const size_t rows = examples.features.row_count();
  const size_t left_out = rows - examples.labels.rows.size();
  if (static_cast<double>(left_out) <= kMaxUnlabelled * static_cast<double>(rows)) return;
  warnings->push_back(absl::StrCat(left_out, " of ", rows,
                                   " rows are left out, for the target or what the evaluation "
                                   "orders by is missing in them"));
}

void WarnOfSmallClasses(const Labels& labels, std::vector<std::string>* warnings) {
  std::vector<size_t> sizes(labels.classes.size());
  for (const double value : labels.values) {
    if (!sizes.empty()) ++sizes[static_cast<size_t>(value)];
  }
  const auto least = std::min_element(sizes.begin(), sizes.end());
  if (least == sizes.end() || *least >= kFewRowsOfClass) return;
  const auto small =
      std::count_if(sizes.begin(), sizes.end(), [](size_t size) { return size < kFewRowsOfClass; });
  const std::string others =
      small > 1 ? absl::StrCat(" (and ", small - 1, " more such classes)") : "";
  warnings->push_back(absl::StrCat("class ", QuoteForError(labels.classes[least - sizes.begin()]),
                                   " has ", *least, " rows only", others,
                                   ": neither the model nor what is said of it can be relied on "
                                   "there"));
}

bool IsBaseline(const v1::TrainingSpec& spec) {
  const Algorithm* algorithm = FindAlgorithm(spec.algorithm());
  return algorithm != nullptr && algorithm->description.baseline();
}

bool BeatsBaseline(const v1::Evaluation& evaluation) {
  const v1::Evaluation& baseline = evaluation.baseline();
  return evaluation.has_classification()
             ? evaluation.classification().log_loss() < baseline.classification().log_loss()
             : evaluation.regression().rmse() < baseline.regression().rmse();
}

}  // namespace

std::vector<std::string> DataWarnings(const Examples& examples) {
  std::vector<std::string> warnings;
  WarnOfFeatures(examples, &warnings);
  WarnOfMissingTargets(examples, &warnings);
  WarnOfSmallClasses(examples.labels, &warnings);
  return warnings;
}

std::vector<std::string> EvaluationWarnings(const v1::Evaluation* evaluation,
                                            const v1::TrainingSpec& spec) {
  std::vector<std::string> warnings;
  if (evaluation == nullptr) {
    if (spec.holdout_fraction() > 0) {
      warnings.push_back("there are too few rows to hold any out: nothing is known of the quality");
    }
    return warnings;
  }
  if (evaluation->holdout_rows() < kFewHoldoutRows) {
    warnings.push_back(absl::StrCat("the model is judged by ", evaluation->holdout_rows(),
                                    " rows only: chance decides much of the result; "
                                    "cross-validation judges by all rows"));
  }
  if (!IsBaseline(spec) && !BeatsBaseline(*evaluation)) {
    warnings.push_back(
        absl::StrCat("the model is no better than the baseline, which looks at no feature, by its ",
                     evaluation->has_classification() ? "log-loss" : "RMSE"));
  }
  return warnings;
}

}  // namespace serin
