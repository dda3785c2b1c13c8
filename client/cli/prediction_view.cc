#include "client/cli/prediction_view.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/cli/format.h"

namespace serin {
namespace {

// Beyond this many classes only the label is shown; --output json has all probabilities.
constexpr size_t kMaxClassesShown = 10;

TextTable TableFor(const std::vector<std::string>& classes) {
  std::vector<TextTable::Column> columns = {
      {"ROW", TextTable::Align::kRight},
      {classes.empty() ? "VALUE" : "LABEL",
       classes.empty() ? TextTable::Align::kRight : TextTable::Align::kLeft}};
  if (classes.size() <= kMaxClassesShown) {
    for (const std::string& label : classes) {
      columns.push_back({absl::StrCat("P(", label, ")"), TextTable::Align::kRight});
    }
  }
  columns.push_back({"ANSWERED BY"});
  columns.push_back({"NOT SEEN IN TRAINING"});
  return TextTable(std::move(columns));
}

std::vector<std::string> CellsOf(const v1::Prediction& prediction, int64_t row,
                                 const std::string& version) {
  std::vector<std::string> cells = {absl::StrCat(row), prediction.has_value()
                                                           ? FormatSummary(prediction.value())
                                                           : prediction.label()};
  if (static_cast<size_t>(prediction.probabilities_size()) <= kMaxClassesShown) {
    for (double probability : prediction.probabilities()) {
      cells.push_back(FormatMetric(probability));
    }
  }
  cells.push_back(version);
  cells.push_back(absl::StrJoin(prediction.unseen_categories(), ", "));
  return cells;
}

}  // namespace

absl::Status PredictionPrinter::Add(const v1::PredictResponse& response) {
  if (session_.json()) return session_.PrintJson(response);
  AddToTable(response);
  return absl::OkStatus();
}

void PredictionPrinter::Finish() {
  if (table_) session_.Print(*table_);
  table_.reset();
}

void PredictionPrinter::AddToTable(const v1::PredictResponse& response) {
  const std::vector<std::string> classes(response.classes().begin(), response.classes().end());
  if (!table_ || classes != classes_) {
    Finish();
    table_ = TableFor(classes);
    classes_ = classes;
  }
  for (const v1::Prediction& prediction : response.predictions()) {
    table_->AddRow(CellsOf(prediction, ++row_, response.model_version()));
  }
}

}  // namespace serin
