#ifndef SERIN_CORE_LEARN_SEARCH_METRIC_H_
#define SERIN_CORE_LEARN_SEARCH_METRIC_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "serin/v1/algorithm.pb.h"
#include "serin/v1/job.pb.h"
#include "serin/v1/model.pb.h"

// The metrics by which models are chosen.

namespace serin {

// What METRIC_UNSPECIFIED stands for.
v1::Search::Metric DefaultMetric(v1::Task task);

// Whether a model for the task has it.
bool MetricFits(v1::Search::Metric metric, v1::Task task);

bool HigherIsBetter(v1::Search::Metric metric);

// The field's name in ClassificationMetrics or RegressionMetrics: `log_loss`.
absl::string_view MetricName(v1::Search::Metric metric);

// The metric out of an evaluation for a task that it fits. FAILED_PRECONDITION where the evaluated
// rows do not define it: ROC AUC without all classes, R2 of a constant target.
absl::StatusOr<double> MetricOf(const v1::Evaluation& evaluation, v1::Search::Metric metric);

}  // namespace serin

#endif  // SERIN_CORE_LEARN_SEARCH_METRIC_H_
