#ifndef SERIN_CLIENT_CLI_METRICS_VIEW_H_
#define SERIN_CLIENT_CLI_METRICS_VIEW_H_

#include <string>
#include <vector>

#include "client/cli/text_table.h"
#include "serin/v1/model.pb.h"

namespace serin {

// A number that says how good a model is.
struct ShownMetric {
  std::string field;  // In ClassificationMetrics or RegressionMetrics.
  std::string label;  // For people: `ROC AUC`.
  std::string value;
};

// All there are, in the order in which they are shown.
std::vector<ShownMetric> MetricsOf(const v1::Evaluation& evaluation);

// The value of a metric, by its field; `-` where the evaluation has none.
std::string MetricValue(const v1::Evaluation& evaluation, absl::string_view field);

// A row for each metric, with its interval and the baseline's where the evaluation has them.
TextTable MetricTable(const v1::Evaluation& evaluation);

}  // namespace serin

#endif  // SERIN_CLIENT_CLI_METRICS_VIEW_H_
