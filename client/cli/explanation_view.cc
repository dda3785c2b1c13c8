#include "client/cli/explanation_view.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "client/cli/format.h"

namespace serin {
namespace {

using Align = TextTable::Align;
using v1::ExplainResponse;

// More help nobody on a terminal.
constexpr int kMaxFeatures = 20;
constexpr double kBarWidth = 20;

std::string Bar(double share, bool utf8) {
  std::string bar;
  const auto length = std::lround(kBarWidth * std::clamp(share, 0.0, 1.0));
  for (long i = 0; i < length; ++i) absl::StrAppend(&bar, utf8 ? "\u2588" : "#");
  return bar;
}

std::string ScaleText(ExplainResponse::Scale scale) {
  if (scale == ExplainResponse::SCALE_LOG_ODDS) return "log odds";
  return scale == ExplainResponse::SCALE_PROBABILITY ? "probability" : "value";
}

std::string MethodText(ExplainResponse::Method method) {
  if (method == ExplainResponse::METHOD_SAMPLED) return "estimated from samples";
  return method == ExplainResponse::METHOD_TREE_SHAP ? "exact, by TreeSHAP" : "exact";
}

// The output of the predicted class; the only one where there is one.
const v1::Contributions& ShownOutput(const v1::Explanation& explanation) {
  for (const v1::Contributions& output : explanation.outputs()) {
    if (output.class_() == explanation.prediction().label()) return output;
  }
  return explanation.outputs(0);
}

std::vector<int> LargestFirst(const v1::Contributions& output) {
  std::vector<int> order(output.contributions_size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](int a, int b) {
    return std::abs(output.contributions(a)) > std::abs(output.contributions(b));
  });
  return order;
}

TextTable ContributionTable(const ExplainResponse& response, const v1::Contributions& output,
                            bool utf8) {
  const bool sampled = response.method() == ExplainResponse::METHOD_SAMPLED;
  std::vector<TextTable::Column> columns = {{"  FEATURE"}, {"MOVES BY", Align::kRight}};
  if (sampled) columns.push_back({"+-", Align::kRight});
  columns.push_back({"", Align::kRight});
  columns.push_back({""});
  TextTable table(std::move(columns));
  std::vector<int> order = LargestFirst(output);
  const double most = order.empty() ? 0 : std::abs(output.contributions(order[0]));
  order.resize(std::min<size_t>(order.size(), kMaxFeatures));
  for (const int i : order) {
    const double moves = output.contributions(i);
    const std::string bar = most > 0 ? Bar(std::abs(moves) / most, utf8) : "";
    std::vector<std::string> cells = {absl::StrCat("  ", response.features(i)),
                                      absl::StrFormat("%+.4f", moves)};
    if (sampled) cells.push_back(FormatMetric(output.errors(i)));
    cells.push_back(moves < 0 ? bar : "");
    cells.push_back(moves < 0 ? "" : bar);
    table.AddRow(std::move(cells));
  }
  return table;
}

std::string Answer(const v1::Prediction& prediction) {
  return prediction.has_value() ? FormatSummary(prediction.value()) : prediction.label();
}

}  // namespace

absl::Status PrintExplanations(const ExplainResponse& response, const Session& session) {
  if (session.json()) return session.PrintJson(response);
  std::ostream& out = session.console.out;
  for (int row = 0; row < response.explanations_size(); ++row) {
    const v1::Explanation& explanation = response.explanations(row);
    const v1::Contributions& output = ShownOutput(explanation);
    const std::string of_class =
        output.class_().empty() ? "" : absl::StrCat(" of ", Printable(output.class_()));
    if (row > 0) out << "\n";
    out << "row " << row + 1 << ": " << Printable(Answer(explanation.prediction())) << ", by "
        << response.model_version() << "\n";
    out << "  " << ScaleText(response.scale()) << of_class << " " << FormatMetric(output.score())
        << ", of any row " << FormatMetric(output.base()) << " (" << MethodText(response.method())
        << ")\n";
    session.Print(ContributionTable(response, output, session.console.utf8));
  }
  return absl::OkStatus();
}

}  // namespace serin
