#include "core/transform/encode_steps.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/btree_set.h"
#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"
#include "core/table/schema.h"
#include "core/table/value_parser.h"
#include "core/transform/column_quantiles.h"

namespace serin {
namespace {

constexpr int kDefaultMaxValues = 100;
constexpr int kMostValues = 1000;
constexpr int kMostIntervals = 1000;

// The values of a batch of a category or boolean column as strings: `dictionary`, and of each row
// its position there, kMissingCode where missing.
struct CodedColumn {
  std::vector<std::string> dictionary;
  std::vector<int32_t> codes;
};

CodedColumn Coded(const ColumnData& column) {
  if (column.is_string()) return {column.dictionary, column.codes};
  CodedColumn coded{{"false", "true"}, {}};
  for (const double value : column.numbers) {
    coded.codes.push_back(std::isnan(value) ? ColumnData::kMissingCode : value != 0 ? 1 : 0);
  }
  return coded;
}

class OneHotStep : public MappingStep {
 public:
  OneHotStep(StepContext context, v1::Schema schema, int column, int max_values)
      : MappingStep(std::move(context), std::move(schema)),
        column_(column),
        max_values_(max_values) {}

  bool schema_follows_from_rows() const override { return true; }

  absl::Status Prepare(OpenInput open_input) override {
    absl::btree_set<std::string> values;
    SERIN_RETURN_IF_ERROR(
        ForEachBatch(open_input, [&](const Table& batch) { return AddValues(batch, &values); }));
    values_.assign(values.begin(), values.end());
    return BindSchema();
  }

  absl::StatusOr<std::unique_ptr<BatchStream>> Open(OpenInput open_input) const override {
    const size_t rows = RowsPerBatch(static_cast<size_t>(schema().columns_size()));
    const auto open_cut = [&]() -> absl::StatusOr<std::unique_ptr<BatchStream>> {
      SERIN_ASSIGN_OR_RETURN(std::unique_ptr<BatchStream> input, open_input());
      return CutBatches(std::move(input), rows);
    };
    return MappingStep::Open(open_cut);
  }

  absl::Status Map(int64_t /*first_row*/, Table* batch) const override {
    const CodedColumn coded = Coded(batch->columns[static_cast<size_t>(column_)]);
    std::vector<ColumnData> indicators;
    for (int i = 0; i < static_cast<int>(values_.size()); ++i) {
      indicators.push_back({.name = schema().columns(column_ + i).name(),
                            .type = v1::COLUMN_TYPE_BOOLEAN,
                            .numbers = std::vector<double>(coded.codes.size(), 0)});
    }
    const std::vector<size_t> positions = PositionsOf(coded.dictionary);
    for (size_t row = 0; row < coded.codes.size(); ++row) {
      const int32_t code = coded.codes[row];
      if (code == ColumnData::kMissingCode) continue;
      const size_t position = positions[static_cast<size_t>(code)];
      if (position == values_.size()) return context().RowsChanged();
      indicators[position].numbers[row] = 1;
    }
    ReplaceColumn(std::move(indicators), &batch->columns);
    return absl::OkStatus();
  }

 private:
  absl::Status AddValues(const Table& batch, absl::btree_set<std::string>* values) const {
    const CodedColumn coded = Coded(batch.columns[static_cast<size_t>(column_)]);
    std::vector<bool> used(coded.dictionary.size(), false);
    for (const int32_t code : coded.codes) {
      if (code != ColumnData::kMissingCode) used[static_cast<size_t>(code)] = true;
    }
    for (size_t code = 0; code < used.size(); ++code) {
      if (used[code]) values->insert(coded.dictionary[code]);
      if (values->size() > static_cast<size_t>(max_values_)) return TooManyValues();
    }
    return absl::OkStatus();
  }

  absl::Status TooManyValues() const {
    return context().Invalid(
        "column",
        absl::StrCat("must have at most ", max_values_, " values (max_values); ",
                     QuoteForError(schema().columns(column_).name(), kMaxColumnNameLength),
                     " has more"));
  }

  // Puts the columns of the values in the place of the column itself.
  absl::Status BindSchema() {
    v1::Schema others = schema();
    others.mutable_columns()->DeleteSubrange(column_, 1);
    v1::Schema bound;
    for (int i = 0; i < column_; ++i) *bound.add_columns() = schema().columns(i);
    for (const std::string& value : values_) {
      v1::ColumnSchema* const column = bound.add_columns();
      column->set_name(absl::StrCat(schema().columns(column_).name(), "=", value));
      column->set_type(v1::COLUMN_TYPE_BOOLEAN);
      SERIN_RETURN_IF_ERROR(CheckNewName(context(), "column", column->name(), others));
    }
    for (int i = column_; i < others.columns_size(); ++i) *bound.add_columns() = others.columns(i);
    set_schema(std::move(bound));
    return absl::OkStatus();
  }

  // By code: which of values_ it is, their number where it is none of them.
  std::vector<size_t> PositionsOf(const std::vector<std::string>& dictionary) const {
    std::vector<size_t> positions;
    for (const std::string& value : dictionary) {
      const auto found = std::lower_bound(values_.begin(), values_.end(), value);
      const bool known = found != values_.end() && *found == value;
      positions.push_back(known ? static_cast<size_t>(found - values_.begin()) : values_.size());
    }
    return positions;
  }

  void ReplaceColumn(std::vector<ColumnData> by, std::vector<ColumnData>* columns) const {
    columns->erase(columns->begin() + column_);
    columns->insert(columns->begin() + column_, std::make_move_iterator(by.begin()),
                    std::make_move_iterator(by.end()));
  }

  const int column_;
  const int max_values_;
  std::vector<std::string> values_;  // Sorted.
};

class BucketStep : public MappingStep {
 public:
  // Either boundaries, or a number of quantiles to take them from.
  BucketStep(StepContext context, v1::Schema schema, int column, std::vector<double> boundaries,
             int quantiles)
      : MappingStep(std::move(context), std::move(schema)),
        column_(column),
        quantiles_(quantiles),
        boundaries_(std::move(boundaries)) {}

  absl::Status Prepare(OpenInput open_input) override {
    if (quantiles_ > 0) {
      ColumnQuantiles values(&context());
      SERIN_RETURN_IF_ERROR(ForEachBatch(open_input, [&](const Table& batch) {
        return values.Add(batch.columns[static_cast<size_t>(column_)]);
      }));
      if (!values.empty()) boundaries_ = BoundariesOf(&values);
    }
    NameIntervals();
    return absl::OkStatus();
  }

  absl::Status Map(int64_t /*first_row*/, Table* batch) const override {
    ColumnData& column = batch->columns[static_cast<size_t>(column_)];
    ColumnData bucketed{.name = column.name, .type = v1::COLUMN_TYPE_CATEGORY};
    std::vector<int32_t> code_of(names_.size(), ColumnData::kMissingCode);
    for (size_t row = 0; row < column.size(); ++row) {
      if (column.missing(row)) {
        bucketed.codes.push_back(ColumnData::kMissingCode);
        continue;
      }
      const size_t interval = IntervalOf(column.number(row));
      if (code_of[interval] == ColumnData::kMissingCode) {
        code_of[interval] = static_cast<int32_t>(bucketed.dictionary.size());
        bucketed.dictionary.push_back(names_[interval]);
      }
      bucketed.codes.push_back(code_of[interval]);
    }
    column = std::move(bucketed);
    return absl::OkStatus();
  }

 private:
  // Where neighbouring quantiles are equal there are fewer intervals.
  std::vector<double> BoundariesOf(ColumnQuantiles* values) const {
    std::vector<double> fractions = {0};
    for (int i = 1; i < quantiles_; ++i) {
      fractions.push_back(static_cast<double>(i) / static_cast<double>(quantiles_));
    }
    std::vector<double> boundaries = values->Take(fractions);
    boundaries.erase(std::unique(boundaries.begin(), boundaries.end()), boundaries.end());
    boundaries.erase(boundaries.begin());  // The least value: nothing is below.
    return boundaries;
  }

  void NameIntervals() {
    for (size_t i = 0; i <= boundaries_.size(); ++i) {
      const std::string lower = i == 0 ? "-inf" : FormatNumber(boundaries_[i - 1]);
      const std::string upper = i == boundaries_.size() ? "inf" : FormatNumber(boundaries_[i]);
      names_.push_back(absl::StrCat("[", lower, ",", upper, ")"));
    }
  }

  size_t IntervalOf(double value) const {
    return static_cast<size_t>(std::upper_bound(boundaries_.begin(), boundaries_.end(), value) -
                               boundaries_.begin());
  }

  const int column_;
  const int quantiles_;  // 0: the boundaries were given.
  std::vector<double> boundaries_;
  std::vector<std::string> names_;  // Of the intervals, one more than boundaries.
};

absl::Status CheckBoundaries(const StepContext& context, const v1::TransformStep::Bucket& step) {
  if (step.boundaries_size() >= kMostIntervals) {
    return context.Invalid("boundaries", absl::StrCat("must have at most ", kMostIntervals - 1,
                                                      " entries, has ", step.boundaries_size()));
  }
  double before = -std::numeric_limits<double>::infinity();
  for (int i = 0; i < step.boundaries_size(); ++i) {
    const double boundary = step.boundaries(i);
    if (std::isfinite(boundary) && boundary > before) {
      before = boundary;
      continue;
    }
    return context.Invalid(absl::StrCat("boundaries[", i, "]"),
                           absl::StrCat("must be finite and greater than the one before, is ",
                                        FormatNumber(boundary)));
  }
  return absl::OkStatus();
}

absl::Status CheckIntervals(const StepContext& context, const v1::TransformStep::Bucket& step) {
  if (!step.boundaries().empty()) {
    if (step.quantiles() == 0) return CheckBoundaries(context, step);
    return context.Invalid("quantiles", "must not be set together with boundaries");
  }
  if (step.quantiles() == 0) return context.Invalid("boundaries", "or quantiles is required");
  if (step.quantiles() >= 2 && step.quantiles() <= kMostIntervals) return absl::OkStatus();
  return context.Invalid(
      "quantiles", absl::StrCat("must be from 2 to ", kMostIntervals, ", is ", step.quantiles()));
}

}  // namespace

absl::StatusOr<std::unique_ptr<Step>> MakeOneHot(const v1::TransformStep::OneHot& step,
                                                 StepContext context, const v1::Schema& schema) {
  SERIN_ASSIGN_OR_RETURN(const int column, ColumnNamed(context, "column", step.column(), schema));
  SERIN_RETURN_IF_ERROR(CheckType(context, "column", schema.columns(column),
                                  {v1::COLUMN_TYPE_CATEGORY, v1::COLUMN_TYPE_BOOLEAN}));
  if (step.max_values() < 0 || step.max_values() > kMostValues) {
    return context.Invalid(
        "max_values", absl::StrCat("must be from 1 to ", kMostValues, ", or 0 for the default of ",
                                   kDefaultMaxValues, "; is ", step.max_values()));
  }
  const int max_values = step.max_values() == 0 ? kDefaultMaxValues : step.max_values();
  return std::make_unique<OneHotStep>(std::move(context), schema, column, max_values);
}

absl::StatusOr<std::unique_ptr<Step>> MakeBucket(const v1::TransformStep::Bucket& step,
                                                 StepContext context, const v1::Schema& schema) {
  SERIN_ASSIGN_OR_RETURN(const int column, ColumnNamed(context, "column", step.column(), schema));
  SERIN_RETURN_IF_ERROR(CheckType(context, "column", schema.columns(column),
                                  {v1::COLUMN_TYPE_NUMBER, v1::COLUMN_TYPE_INTEGER}));
  SERIN_RETURN_IF_ERROR(CheckIntervals(context, step));
  v1::Schema bucketed = schema;
  bucketed.mutable_columns(column)->set_type(v1::COLUMN_TYPE_CATEGORY);
  return std::make_unique<BucketStep>(
      std::move(context), std::move(bucketed), column,
      std::vector<double>(step.boundaries().begin(), step.boundaries().end()), step.quantiles());
}

}  // namespace serin
