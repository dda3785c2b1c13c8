#include "core/learn/golden_rows.h"

#include <algorithm>
#include <limits>
#include <vector>

#include "core/base/status_macros.h"
#include "core/table/wire.h"

namespace serin {
namespace {

constexpr size_t kMaxExamples = 15;

std::vector<size_t> EvenlySpaced(size_t count) {
  const size_t taken = std::min(count, kMaxExamples);
  std::vector<size_t> indexes;
  for (size_t i = 0; i < taken; ++i) indexes.push_back(i * count / taken);
  return indexes;
}

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

absl::StatusOr<internal::v1::GoldenRows> MakeGoldenRows(const Predictor& predictor,
                                                        const Examples& examples) {
  Table rows = TakeFeatures(examples, EvenlySpaced(examples.labels.rows.size()));
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
