#include "core/monitor/log_rows.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/monitor/hashed_column.h"
#include "core/monitor/log_columns.h"

namespace serin {
namespace {

constexpr int kMaxClassColumns = 100;

// In order; those behind them are of features and of the answer.
enum CallColumn : size_t {
  kTime,
  kPredictionId,
  kRow,
  kRequestId,
  kVersion,
  kKey,
  kCaller,
  kLatency
};

bool Contains(const google::protobuf::RepeatedPtrField<std::string>& names,
              const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Most calls have one row, for which inserting a range would be slow.
template <typename Value>
void Extend(const std::vector<Value>& more, std::vector<Value>& values) {
  if (more.size() == 1) return values.push_back(more[0]);
  values.insert(values.end(), more.begin(), more.end());
}

}  // namespace

LogRows::LogRows(const internal::v1::Predictor* model, const v1::PredictionLog& log,
                 std::string hash_key)
    : model_(model), hash_key_(std::move(hash_key)) {
  AddColumn(kLogTime, v1::COLUMN_TYPE_TIMESTAMP);
  AddColumn(kLogPredictionId, v1::COLUMN_TYPE_TEXT);
  AddColumn(kLogRow, v1::COLUMN_TYPE_INTEGER);
  AddColumn(kLogRequestId, v1::COLUMN_TYPE_TEXT);
  AddColumn(kLogVersion, v1::COLUMN_TYPE_INTEGER);
  AddColumn(kLogKey, v1::COLUMN_TYPE_TEXT);
  AddColumn(kLogCaller, v1::COLUMN_TYPE_TEXT);
  AddColumn(kLogLatency, v1::COLUMN_TYPE_NUMBER);
  AddFeatures(log);
  AddAnswer();
  for (ColumnData& column : table_.columns) {
    indexes_.push_back(column.is_string() ? std::make_unique<DictionaryIndex>(&column.dictionary)
                                          : nullptr);
  }
}

size_t LogRows::AddColumn(absl::string_view name, v1::ColumnType type) {
  table_.columns.push_back({std::string(name), type, {}, {}, {}});
  return table_.columns.size() - 1;
}

void LogRows::AddFeatures(const v1::PredictionLog& log) {
  const auto& features = model_->features().columns();
  for (int i = 0; i < features.size(); ++i) {
    const std::string& name = features[i].name();
    if (Contains(log.drop_features(), name)) continue;
    features_.push_back({.source = static_cast<size_t>(i),
                         .column = AddColumn(ColumnOfFeature(name), features[i].type()),
                         .hashed = Contains(log.hash_features(), name)});
  }
}

void LogRows::AddAnswer() {
  const bool classifies = model_->task() == v1::TASK_CLASSIFICATION;
  first_answer_ =
      AddColumn(kLogPrediction, classifies ? v1::COLUMN_TYPE_TEXT : v1::COLUMN_TYPE_NUMBER);
  if (!classifies) return;
  AddColumn(kLogProbability, v1::COLUMN_TYPE_NUMBER);
  if (model_->classes_size() > kMaxClassColumns) return;
  for (const std::string& name : model_->classes()) {
    AddColumn(absl::StrCat(kLogProbabilityOf, name), v1::COLUMN_TYPE_NUMBER);
  }
}

void LogRows::Append(const LoggedCall& call, const Table& features,
                     absl::Span<const double> outputs) {
  const size_t rows = features.row_count();
  AppendCall(call, rows);
  for (const Feature& feature : features_) {
    AppendFeature(features.columns[feature.source], table_.columns[feature.column], feature.column);
  }
  AppendAnswer(outputs);
  row_count_ += rows;
}

void LogRows::AppendCall(const LoggedCall& call, size_t rows) {
  std::vector<ColumnData>& columns = table_.columns;
  const auto seconds = static_cast<double>(absl::ToUnixMicros(call.time)) * 1e-6;
  columns[kTime].numbers.resize(row_count_ + rows, seconds);
  AppendPredictionId(call.prediction_id, rows);
  for (size_t row = 0; row < rows; ++row) {
    columns[kRow].integers.push_back(static_cast<int64_t>(row));
  }
  AppendText(kRequestId, call.request_id, rows);
  columns[kVersion].integers.resize(row_count_ + rows, call.version);
  AppendText(kKey, call.key, rows);
  AppendText(kCaller, call.caller, rows);
  columns[kLatency].numbers.resize(row_count_ + rows, absl::ToDoubleSeconds(call.latency));
}

// No other call has it, so that it need not be looked for.
void LogRows::AppendPredictionId(absl::string_view id, size_t rows) {
  ColumnData& column = table_.columns[kPredictionId];
  column.codes.resize(column.codes.size() + rows, static_cast<int32_t>(column.dictionary.size()));
  column.dictionary.emplace_back(id);
}

void LogRows::AppendText(size_t column, absl::string_view text, size_t rows) {
  const int32_t code = text.empty() ? ColumnData::kMissingCode : indexes_[column]->Intern(text);
  std::vector<int32_t>& codes = table_.columns[column].codes;
  codes.resize(codes.size() + rows, code);
}

void LogRows::AppendFeature(const ColumnData& from, ColumnData& to, size_t column) {
  if (!from.is_string()) {
    from.is_integer() ? Extend(from.integers, to.integers) : Extend(from.numbers, to.numbers);
    return;
  }
  std::vector<int32_t> codes(from.dictionary.size());
  for (size_t i = 0; i < codes.size(); ++i) codes[i] = indexes_[column]->Intern(from.dictionary[i]);
  for (const int32_t code : from.codes) {
    to.codes.push_back(code == ColumnData::kMissingCode ? code : codes[code]);
  }
}

void LogRows::AppendAnswer(absl::Span<const double> outputs) {
  if (model_->task() != v1::TASK_CLASSIFICATION) {
    std::vector<double>& values = table_.columns[first_answer_].numbers;
    values.insert(values.end(), outputs.begin(), outputs.end());
    return;
  }
  const auto classes = static_cast<size_t>(model_->classes_size());
  for (size_t begin = 0; begin < outputs.size(); begin += classes) {
    AppendClass(outputs.subspan(begin, classes));
  }
}

void LogRows::AppendClass(absl::Span<const double> probabilities) {
  // The first of equal ones, as in the answer.
  const auto best = std::max_element(probabilities.begin(), probabilities.end());
  const std::string& label = model_->classes(static_cast<int>(best - probabilities.begin()));
  AppendText(first_answer_, label, 1);
  table_.columns[first_answer_ + 1].numbers.push_back(*best);
  if (probabilities.size() > kMaxClassColumns) return;
  for (size_t i = 0; i < probabilities.size(); ++i) {
    table_.columns[first_answer_ + 2 + i].numbers.push_back(probabilities[i]);
  }
}

Table LogRows::Take() {
  indexes_.clear();
  for (const Feature& feature : features_) {
    ColumnData& column = table_.columns[feature.column];
    if (feature.hashed) column = HashColumn(column, hash_key_);
  }
  return std::move(table_);
}

}  // namespace serin
