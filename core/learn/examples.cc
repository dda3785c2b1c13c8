#include "core/learn/examples.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/parallel.h"
#include "core/base/status_macros.h"
#include "core/learn/split_keys.h"
#include "core/learn/target_copy.h"
#include "core/learn/training_threads.h"

namespace serin {
namespace {

absl::StatusOr<const ColumnData*> ColumnOf(const Table& table, const std::string& name) {
  for (const ColumnData& column : table.columns) {
    if (column.name == name) return &column;
  }
  return absl::InternalError(absl::StrCat("the table to train on lacks column '", name, "'"));
}

// Only the strings that rows have, in their order: few rows of a column of many strings stay small.
void TakeStrings(const ColumnData& column, const std::vector<size_t>& rows, ColumnData* taken) {
  std::vector<int32_t> codes(column.dictionary.size(), ColumnData::kMissingCode);
  taken->codes.reserve(rows.size());
  for (const size_t row : rows) {
    const int32_t code = column.codes[row];
    if (code != ColumnData::kMissingCode && codes[code] == ColumnData::kMissingCode) {
      codes[code] = static_cast<int32_t>(taken->dictionary.size());
      taken->dictionary.push_back(column.dictionary[code]);
    }
    taken->codes.push_back(code == ColumnData::kMissingCode ? code : codes[code]);
  }
}

ColumnData TakeRows(const ColumnData& column, const std::vector<size_t>& rows) {
  ColumnData taken{column.name, column.type, {}, {}, {}};
  if (column.is_string()) {
    TakeStrings(column, rows, &taken);
    return taken;
  }
  taken.numbers.reserve(rows.size());
  for (const size_t row : rows) taken.numbers.push_back(column.numbers[row]);
  return taken;
}

// The column that the rows are grouped or ordered by, or null.
absl::StatusOr<const ColumnData*> SplitColumn(const Table& table, const v1::EvaluationPlan& plan) {
  if (plan.column().empty()) return nullptr;
  return ColumnOf(table, plan.column());
}

absl::Status CheckHasValues(const ColumnData& column, const std::vector<size_t>& rows) {
  const bool any =
      std::any_of(rows.begin(), rows.end(), [&](size_t row) { return !column.missing(row); });
  if (any) return absl::OkStatus();
  return InvalidField("features", absl::StrCat("column '", column.name,
                                               "' has no values in the rows to train on; leave it "
                                               "out"));
}

size_t ThreadsFor(const Table& table) {
  return TrainingThreads(table.columns.size() * table.row_count());
}

}  // namespace

absl::StatusOr<Examples> MakeExamples(const Table& table, const v1::TrainingSpec& spec) {
  const v1::EvaluationPlan& plan = spec.evaluation();
  Examples examples;
  SERIN_ASSIGN_OR_RETURN(const ColumnData* target, ColumnOf(table, spec.target()));
  SERIN_ASSIGN_OR_RETURN(const ColumnData* split_by, SplitColumn(table, plan));
  examples.target.set_name(target->name);
  examples.target.set_type(target->type);
  const bool by_time = plan.split() == v1::EvaluationPlan::SPLIT_TIME;
  SERIN_ASSIGN_OR_RETURN(examples.labels,
                         LabelsOf(*target, spec.task(), by_time ? split_by : nullptr));
  if (split_by != nullptr) {
    examples.split_keys = SplitKeysOf(*split_by, examples.labels.rows, plan.split());
  }
  examples.features.columns.resize(static_cast<size_t>(spec.features_size()));
  SERIN_RETURN_IF_ERROR(ParallelFor(
      examples.features.columns.size(), ThreadsFor(table), [&](size_t i) -> absl::Status {
        SERIN_ASSIGN_OR_RETURN(const ColumnData* column,
                               ColumnOf(table, spec.features(static_cast<int>(i))));
        SERIN_RETURN_IF_ERROR(CheckHasValues(*column, examples.labels.rows));
        examples.features.columns[i] = *column;
        return absl::OkStatus();
      }));
  SERIN_RETURN_IF_ERROR(CheckTargetCopies(examples, spec));
  return examples;
}

Table TakeFeatures(const Examples& examples, const std::vector<size_t>& indexes) {
  std::vector<size_t> rows;
  rows.reserve(indexes.size());
  for (const size_t index : indexes) rows.push_back(examples.labels.rows[index]);
  const std::vector<ColumnData>& columns = examples.features.columns;
  Table taken;
  taken.columns.resize(columns.size());
  ParallelFor(columns.size(), TrainingThreads(columns.size() * rows.size()), [&](size_t i) {
    taken.columns[i] = TakeRows(columns[i], rows);
    return absl::OkStatus();
  }).IgnoreError();
  return taken;
}

std::vector<double> TakeValues(const Labels& labels, const std::vector<size_t>& indexes) {
  std::vector<double> values;
  values.reserve(indexes.size());
  for (const size_t index : indexes) values.push_back(labels.values[index]);
  return values;
}

}  // namespace serin
