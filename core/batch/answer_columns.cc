#include "core/batch/answer_columns.h"

#include <algorithm>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"
#include "core/table/schema.h"

namespace serin {
namespace {

constexpr char kPrediction[] = "prediction";
constexpr char kProbability[] = "probability";
constexpr char kModelVersion[] = "model_version";
constexpr char kSourceRow[] = "source_row";

std::string ProbabilityOf(absl::string_view label) {
  return absl::StrCat(kProbability, "_", label);
}

void AddColumn(absl::string_view name, v1::ColumnType type, v1::Schema* schema) {
  v1::ColumnSchema* column = schema->add_columns();
  column->set_name(std::string(name));
  column->set_type(type);
}

absl::Status CheckLabels(const ClassLabels& classes) {
  for (const std::string& label : classes) {
    if (ProbabilityOf(label).size() <= kMaxColumnNameLength) continue;
    return InvalidField("model", absl::StrCat("has a class whose label is too long for the name of "
                                              "a column: ",
                                              QuoteForError(label)));
  }
  return absl::OkStatus();
}

void AddAnswerColumns(const ClassLabels& classes, v1::Schema* schema) {
  AddColumn(kPrediction, classes.empty() ? v1::COLUMN_TYPE_NUMBER : v1::COLUMN_TYPE_CATEGORY,
            schema);
  if (!classes.empty()) AddColumn(kProbability, v1::COLUMN_TYPE_NUMBER, schema);
  for (const std::string& label : classes) {
    AddColumn(ProbabilityOf(label), v1::COLUMN_TYPE_NUMBER, schema);
  }
  AddColumn(kModelVersion, v1::COLUMN_TYPE_CATEGORY, schema);
  AddColumn(kSourceRow, v1::COLUMN_TYPE_INTEGER, schema);
}

v1::Column* NewColumn(absl::string_view name, v1::RowBatch* batch) {
  v1::Column* column = batch->add_columns();
  column->set_name(std::string(name));
  return column;
}

// Each row's number, of those `stride` apart.
void AddNumbers(absl::string_view name, const double* first, size_t stride, size_t row_count,
                v1::RowBatch* batch) {
  auto& values = *NewColumn(name, batch)->mutable_numbers()->mutable_values();
  values.Reserve(static_cast<int>(row_count));
  for (size_t row = 0; row < row_count; ++row) values.AddAlreadyReserved(first[row * stride]);
}

void AddClasses(const Scores& scores, const ClassLabels& classes, v1::RowBatch* batch) {
  const size_t count = scores.output_count;
  auto& labels = *NewColumn(kPrediction, batch)->mutable_strings()->mutable_values();
  auto& probabilities = *NewColumn(kProbability, batch)->mutable_numbers()->mutable_values();
  labels.Reserve(static_cast<int>(scores.row_count));
  probabilities.Reserve(static_cast<int>(scores.row_count));
  for (size_t row = 0; row < scores.row_count; ++row) {
    const double* first = scores.values.data() + row * count;
    // The first of equal ones, as in Prediction.label.
    const double* best = std::max_element(first, first + count);
    *labels.Add() = classes[static_cast<int>(best - first)];
    probabilities.AddAlreadyReserved(*best);
  }
  for (size_t i = 0; i < count; ++i) {
    AddNumbers(ProbabilityOf(classes[static_cast<int>(i)]), scores.values.data() + i, count,
               scores.row_count, batch);
  }
}

}  // namespace

absl::StatusOr<std::vector<std::string>> KeptColumns(
    const google::protobuf::RepeatedPtrField<std::string>& keep, const v1::Schema& input) {
  std::vector<std::string> kept;
  if (keep.size() == 1 && keep[0] == "*") {
    for (const v1::ColumnSchema& column : input.columns()) kept.push_back(column.name());
    return kept;
  }
  absl::flat_hash_set<absl::string_view> names;
  for (const std::string& name : keep) {
    if (FindColumn(input, name) == nullptr) {
      return InvalidField("keep_columns",
                          absl::StrCat("the dataset has no column ", QuoteForError(name), ", only ",
                                       ListColumnNames(input)));
    }
    if (!names.insert(name).second) {
      return InvalidField("keep_columns", absl::StrCat(QuoteForError(name), " is there twice"));
    }
    kept.push_back(name);
  }
  return kept;
}

absl::StatusOr<v1::Schema> BatchOutputSchema(const ClassLabels& classes, const v1::Schema& input,
                                             const std::vector<std::string>& kept) {
  SERIN_RETURN_IF_ERROR(CheckLabels(classes));
  v1::Schema answers;
  AddAnswerColumns(classes, &answers);
  v1::Schema schema;
  for (const std::string& name : kept) {
    if (FindColumn(answers, name) != nullptr) {
      return InvalidField("keep_columns",
                          absl::StrCat(QuoteForError(name), " is the name of one of the answer's"));
    }
    *schema.add_columns() = *FindColumn(input, name);
  }
  schema.mutable_columns()->MergeFrom(answers.columns());
  return schema;
}

void AddAnswers(const Scores& scores, const ClassLabels& classes, absl::string_view model_version,
                int64_t first_row, v1::RowBatch* batch) {
  batch->set_row_count(static_cast<int32_t>(scores.row_count));
  if (classes.empty()) {
    AddNumbers(kPrediction, scores.values.data(), 1, scores.row_count, batch);
  } else {
    AddClasses(scores, classes, batch);
  }
  auto& versions = *NewColumn(kModelVersion, batch)->mutable_strings()->mutable_values();
  auto& rows = *NewColumn(kSourceRow, batch)->mutable_integers()->mutable_values();
  versions.Reserve(static_cast<int>(scores.row_count));
  rows.Reserve(static_cast<int>(scores.row_count));
  for (size_t row = 0; row < scores.row_count; ++row) {
    *versions.Add() = std::string(model_version);
    rows.AddAlreadyReserved(first_row + static_cast<int64_t>(row));
  }
}

}  // namespace serin
