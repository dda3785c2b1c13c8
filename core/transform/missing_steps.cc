#include "core/transform/missing_steps.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"
#include "core/table/schema.h"
#include "core/table/value_parser.h"
#include "core/transform/cell_parser.h"
#include "core/transform/fill_value.h"

namespace serin {
namespace {

using FillStrategy = v1::TransformStep::FillMissing;

class CompleteRows : public RowChooser {
 public:
  explicit CompleteRows(const std::vector<int>* columns) : columns_(columns) {}

  absl::Status Choose(const Table& batch, std::vector<size_t>* kept) override {
    for (size_t row = 0; row < batch.row_count(); ++row) {
      const auto missing = [&](int column) {
        return batch.columns[static_cast<size_t>(column)].missing(row);
      };
      if (std::none_of(columns_->begin(), columns_->end(), missing)) kept->push_back(row);
    }
    return absl::OkStatus();
  }

 private:
  const std::vector<int>* const columns_;
};

class DropMissingStep : public ChoosingStep {
 public:
  DropMissingStep(StepContext context, const v1::Schema& schema, std::vector<int> columns)
      : ChoosingStep(std::move(context), schema), columns_(std::move(columns)) {}

  std::unique_ptr<RowChooser> NewChooser() const override {
    return std::make_unique<CompleteRows>(&columns_);
  }

 private:
  const std::vector<int> columns_;
};

// Puts the one value of `value` into the rows that have none.
void Fill(const ColumnData& value, ColumnData* column) {
  if (!column->is_string()) {
    for (size_t row = 0; row < column->size(); ++row) {
      if (!column->missing(row)) continue;
      if (column->is_integer()) column->integers[row] = value.integers[0];
      if (!column->is_integer()) column->numbers[row] = value.numbers[0];
    }
    return;
  }
  auto& codes = column->codes;
  if (std::find(codes.begin(), codes.end(), ColumnData::kMissingCode) == codes.end()) return;
  auto& dictionary = column->dictionary;
  const auto found = std::find(dictionary.begin(), dictionary.end(), value.dictionary[0]);
  const auto code = static_cast<int32_t>(found - dictionary.begin());
  if (found == dictionary.end()) dictionary.push_back(value.dictionary[0]);
  std::replace(codes.begin(), codes.end(), ColumnData::kMissingCode, code);
}

class FillMissingStep : public MappingStep {
 public:
  // `values`: of the constant, by position in `columns`; else empty.
  FillMissingStep(StepContext context, const v1::Schema& schema, std::vector<int> columns,
                  FillStrategy::Strategy strategy, std::vector<ColumnData> values)
      : MappingStep(std::move(context), schema),
        columns_(std::move(columns)),
        strategy_(strategy),
        values_(std::move(values)) {}

  absl::Status Prepare(OpenInput open_input) override {
    if (strategy_ == FillStrategy::STRATEGY_CONSTANT) return absl::OkStatus();
    std::vector<std::unique_ptr<FillValueFinder>> finders;
    for (const int column : columns_) {
      finders.push_back(NewFillValueFinder(strategy_, schema().columns(column).type(), &context()));
    }
    SERIN_RETURN_IF_ERROR(ForEachBatch(open_input, [&](const Table& batch) {
      for (size_t i = 0; i < columns_.size(); ++i) {
        SERIN_RETURN_IF_ERROR(finders[i]->Add(batch.columns[static_cast<size_t>(columns_[i])]));
      }
      return absl::OkStatus();
    }));
    for (size_t i = 0; i < columns_.size(); ++i) {
      std::optional<ColumnData> value = finders[i]->Find();
      if (!value) return NoValue(i);
      values_.push_back(*std::move(value));
    }
    return absl::OkStatus();
  }

  absl::Status Map(int64_t /*first_row*/, Table* batch) const override {
    for (size_t i = 0; i < columns_.size(); ++i) {
      Fill(values_[i], &batch->columns[static_cast<size_t>(columns_[i])]);
    }
    return absl::OkStatus();
  }

 private:
  absl::Status NoValue(size_t position) const {
    const std::string& name = schema().columns(columns_[position]).name();
    return context().Invalid(absl::StrCat("columns[", position, "]"),
                             absl::StrCat("must have a value in some row to fill the others with; ",
                                          QuoteForError(name, kMaxColumnNameLength), " has none"));
  }

  const std::vector<int> columns_;
  const FillStrategy::Strategy strategy_;
  std::vector<ColumnData> values_;  // One row each, by position in columns_.
};

absl::StatusOr<ColumnData> ConstantOf(const StepContext& context, const std::string& constant,
                                      const v1::ColumnSchema& column) {
  CellParser parser(column.name(), column.type());
  const bool missing = IsMissing(TrimValue(constant));
  if (!missing && parser.AppendText(constant)) return std::move(parser).Finish();
  return context.Invalid(
      "constant", absl::StrCat("must be a value of type ", TypeName(column.type()), " as ",
                               QuoteForError(column.name(), kMaxColumnNameLength), " is; is ",
                               QuoteForError(constant)));
}

}  // namespace

absl::StatusOr<std::unique_ptr<Step>> MakeDropMissing(const v1::TransformStep::DropMissing& step,
                                                      StepContext context,
                                                      const v1::Schema& schema) {
  SERIN_ASSIGN_OR_RETURN(std::vector<int> columns,
                         ColumnsNamedOrAll(context, "columns", step.columns(), schema));
  return std::make_unique<DropMissingStep>(std::move(context), schema, std::move(columns));
}

absl::StatusOr<std::unique_ptr<Step>> MakeFillMissing(const v1::TransformStep::FillMissing& step,
                                                      StepContext context,
                                                      const v1::Schema& schema) {
  const FillStrategy::Strategy strategy = step.strategy();
  if (strategy == FillStrategy::STRATEGY_UNSPECIFIED || !FillStrategy::Strategy_IsValid(strategy)) {
    return context.Invalid("strategy", "must be one of MEAN, MEDIAN, MOST_FREQUENT and CONSTANT");
  }
  const bool numeric =
      strategy == FillStrategy::STRATEGY_MEAN || strategy == FillStrategy::STRATEGY_MEDIAN;
  SERIN_ASSIGN_OR_RETURN(std::vector<int> columns,
                         numeric ? NumericColumnsNamed(context, "columns", step.columns(), schema)
                                 : ColumnsNamed(context, "columns", step.columns(), schema));
  std::vector<ColumnData> values;
  if (strategy == FillStrategy::STRATEGY_CONSTANT) {
    for (const int column : columns) {
      SERIN_ASSIGN_OR_RETURN(ColumnData value,
                             ConstantOf(context, step.constant(), schema.columns(column)));
      values.push_back(std::move(value));
    }
  } else if (!step.constant().empty()) {
    return context.Invalid("constant", "must not be set but with STRATEGY_CONSTANT");
  }
  return std::make_unique<FillMissingStep>(std::move(context), schema, std::move(columns), strategy,
                                           std::move(values));
}

}  // namespace serin
