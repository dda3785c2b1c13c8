#include "core/engine/golden_rows.h"

#include <limits>

#include "core/base/status_macros.h"
#include "core/table/wire.h"

namespace serin {
namespace {

void AppendMissingRow(Table* table) {
  for (ColumnData& column : table->columns) {
    if (column.is_string()) {
      column.codes.push_back(ColumnData::kMissingCode);
    } else {
      column.numbers.push_back(std::numeric_limits<double>::quiet_NaN());
    }
  }
}

}  // namespace

absl::StatusOr<internal::v1::GoldenRows> ScoreGoldenRows(const Predictor& predictor, Table rows) {
  AppendMissingRow(&rows);
  SERIN_ASSIGN_OR_RETURN(const Scores scores, predictor.Score(rows));
  internal::v1::GoldenRows golden;
  for (const ColumnData& column : rows.columns) {
    *golden.add_columns() = ToWire(column, 0, column.size());
  }
  golden.mutable_outputs()->Add(scores.values.begin(), scores.values.end());
  return golden;
}

}  // namespace serin
