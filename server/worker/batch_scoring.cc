#include "server/worker/batch_scoring.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"
#include "core/batch/answer_columns.h"
#include "core/table/schema.h"
#include "core/table/wire.h"

namespace serin {

absl::StatusOr<BatchScoring> BatchScoring::Create(const Predictor& predictor,
                                                  const v1::BatchPrediction& wanted,
                                                  const v1::Schema& input) {
  BatchScoring scoring(predictor, wanted);
  std::vector<std::string>& columns = scoring.columns_;
  columns.assign(wanted.keep_columns().begin(), wanted.keep_columns().end());
  scoring.kept_count_ = wanted.keep_columns_size();
  SERIN_ASSIGN_OR_RETURN(scoring.output_,
                         BatchOutputSchema(predictor.model().classes(), input, columns));
  for (const v1::ColumnSchema& feature : predictor.model().features().columns()) {
    const auto at = std::find(columns.begin(), columns.end(), feature.name());
    scoring.features_.push_back(static_cast<int>(at - columns.begin()));
    if (at == columns.end()) columns.push_back(feature.name());
  }
  return scoring;
}

absl::StatusOr<v1::RowBatch> BatchScoring::Answer(v1::ReadRowsResponse rows) const {
  if (static_cast<size_t>(rows.columns_size()) != columns_.size()) {
    return absl::InternalError(
        absl::StrCat("asked for ", columns_.size(), " columns, got ", rows.columns_size()));
  }
  Table table = EmptyTable(predictor_.model().features());
  for (size_t i = 0; i < features_.size(); ++i) {
    SERIN_RETURN_IF_ERROR(
        AppendWire(rows.columns(features_[i]), rows.row_count(), &table.columns[i]));
  }
  SERIN_ASSIGN_OR_RETURN(const Scores scores, predictor_.Score(table));
  v1::RowBatch answers;
  for (int i = 0; i < kept_count_; ++i) answers.add_columns()->Swap(rows.mutable_columns(i));
  AddAnswers(scores, predictor_.model().classes(), model_version_, rows.first_row(), &answers);
  return answers;
}

}  // namespace serin
