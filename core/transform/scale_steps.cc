#include "core/transform/scale_steps.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"
#include "core/table/schema.h"
#include "core/table/value_parser.h"
#include "core/transform/running_moments.h"

namespace serin {
namespace {

v1::Schema WithNumbers(v1::Schema schema, const std::vector<int>& columns) {
  for (const int column : columns) {
    schema.mutable_columns(column)->set_type(v1::COLUMN_TYPE_NUMBER);
  }
  return schema;
}

// Makes an integer column a number column.
void MakeNumbers(ColumnData* column) {
  if (!column->is_integer()) return;
  column->numbers.reserve(column->integers.size());
  for (size_t row = 0; row < column->integers.size(); ++row) {
    column->numbers.push_back(column->number(row));
  }
  column->integers = {};
  column->type = v1::COLUMN_TYPE_NUMBER;
}

class ClipStep : public MappingStep {
 public:
  ClipStep(StepContext context, const v1::Schema& schema, std::vector<int> columns, double min,
           double max)
      : MappingStep(std::move(context), schema),
        columns_(std::move(columns)),
        min_(min),
        max_(max) {}

  absl::Status Map(int64_t /*first_row*/, Table* batch) const override {
    for (const int index : columns_) {
      ColumnData& column = batch->columns[static_cast<size_t>(index)];
      // NaN, which is missing, compares false and stays.
      for (double& value : column.numbers)
        value = value < min_ ? min_ : value > max_ ? max_ : value;
      for (int64_t& value : column.integers) ClipInteger(&value);
    }
    return absl::OkStatus();
  }

 private:
  // The bounds are whole numbers or infinite.
  void ClipInteger(int64_t* value) const {
    if (*value == ColumnData::kMissingInteger) return;
    if (min_ > -kIntegerEnd && *value < static_cast<int64_t>(min_)) {
      *value = static_cast<int64_t>(min_);
    } else if (max_<kIntegerEnd&& * value> static_cast<int64_t>(max_)) {
      *value = static_cast<int64_t>(max_);
    }
  }

  static constexpr double kIntegerEnd = 0x1p63;

  const std::vector<int> columns_;
  const double min_;
  const double max_;
};

// A bound of Clip, for the columns that it is for.
absl::Status CheckBound(const StepContext& context, absl::string_view field, double bound,
                        const std::vector<int>& columns, const v1::Schema& schema) {
  if (!std::isfinite(bound)) {
    return context.Invalid(field, absl::StrCat("must be finite, is ", bound));
  }
  for (const int column : columns) {
    if (schema.columns(column).type() != v1::COLUMN_TYPE_INTEGER) continue;
    if (bound == std::trunc(bound) && std::abs(bound) < 0x1p63) continue;
    return context.Invalid(
        field, absl::StrCat("must be a whole number below 2^63, is ", FormatNumber(bound), "; ",
                            QuoteForError(schema.columns(column).name(), kMaxColumnNameLength),
                            " is an integer column"));
  }
  return absl::OkStatus();
}

// A step that puts numbers in place of numbers, by a function of all values of the column.
class ScaleStep : public MappingStep {
 public:
  ScaleStep(StepContext context, const v1::Schema& schema, std::vector<int> columns)
      : MappingStep(std::move(context), WithNumbers(schema, columns)),
        columns_(std::move(columns)),
        moments_(columns_.size()) {}

  absl::Status Prepare(OpenInput open_input) override {
    return ForEachBatch(open_input, [&](const Table& batch) {
      for (size_t i = 0; i < columns_.size(); ++i) {
        const ColumnData& column = batch.columns[static_cast<size_t>(columns_[i])];
        for (size_t row = 0; row < column.size(); ++row) {
          if (!column.missing(row)) moments_[i].Add(column.number(row));
        }
      }
      return absl::OkStatus();
    });
  }

  absl::Status Map(int64_t /*first_row*/, Table* batch) const override {
    for (size_t i = 0; i < columns_.size(); ++i) {
      ColumnData& column = batch->columns[static_cast<size_t>(columns_[i])];
      MakeNumbers(&column);
      for (double& value : column.numbers) {
        if (!std::isnan(value)) value = Scale(moments_[i], value);
      }
    }
    return absl::OkStatus();
  }

 private:
  virtual double Scale(const RunningMoments& moments, double value) const = 0;

  const std::vector<int> columns_;
  std::vector<RunningMoments> moments_;  // By position in columns_.
};

class StandardizeStep : public ScaleStep {
 public:
  using ScaleStep::ScaleStep;

 private:
  double Scale(const RunningMoments& moments, double value) const override {
    const long double deviation = moments.standard_deviation();
    if (deviation == 0) return 0;
    return static_cast<double>((value - moments.mean()) / deviation);
  }
};

class MinMaxStep : public ScaleStep {
 public:
  using ScaleStep::ScaleStep;

 private:
  double Scale(const RunningMoments& moments, double value) const override {
    if (moments.min() == moments.max()) return 0;
    const long double min = moments.min();
    return static_cast<double>((value - min) / (moments.max() - min));
  }
};

class LogStep : public MappingStep {
 public:
  LogStep(StepContext context, const v1::Schema& schema, std::vector<int> columns)
      : MappingStep(std::move(context), WithNumbers(schema, columns)),
        columns_(std::move(columns)) {}

  absl::Status Map(int64_t first_row, Table* batch) const override {
    for (size_t i = 0; i < columns_.size(); ++i) {
      ColumnData& column = batch->columns[static_cast<size_t>(columns_[i])];
      MakeNumbers(&column);
      for (size_t row = 0; row < column.size(); ++row) {
        double& value = column.numbers[row];
        if (value <= -1) return NoLogarithm(i, first_row + static_cast<int64_t>(row), value);
        value = std::log1p(value);
      }
    }
    return absl::OkStatus();
  }

 private:
  absl::Status NoLogarithm(size_t position, int64_t row, double value) const {
    const std::string& name = schema().columns(columns_[position]).name();
    return context().Invalid(
        absl::StrCat("columns[", position, "]"),
        absl::StrCat("must hold numbers greater than -1; row ", row, " of ",
                     QuoteForError(name, kMaxColumnNameLength), " is ", FormatNumber(value)));
  }

  const std::vector<int> columns_;
};

template <typename ScalingStep, typename Message>
absl::StatusOr<std::unique_ptr<Step>> MakeScalingStep(const Message& step, StepContext context,
                                                      const v1::Schema& schema) {
  SERIN_ASSIGN_OR_RETURN(std::vector<int> columns,
                         NumericColumnsNamed(context, "columns", step.columns(), schema));
  return std::make_unique<ScalingStep>(std::move(context), schema, std::move(columns));
}

}  // namespace

absl::StatusOr<std::unique_ptr<Step>> MakeClip(const v1::TransformStep::Clip& step,
                                               StepContext context, const v1::Schema& schema) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  SERIN_ASSIGN_OR_RETURN(std::vector<int> columns,
                         NumericColumnsNamed(context, "columns", step.columns(), schema));
  if (!step.has_min() && !step.has_max()) return context.Invalid("min", "or max is required");
  if (step.has_min()) {
    SERIN_RETURN_IF_ERROR(CheckBound(context, "min", step.min(), columns, schema));
  }
  if (step.has_max()) {
    SERIN_RETURN_IF_ERROR(CheckBound(context, "max", step.max(), columns, schema));
  }
  const double min = step.has_min() ? step.min() : -kInfinity;
  const double max = step.has_max() ? step.max() : kInfinity;
  if (min > max) {
    return context.Invalid("max", absl::StrCat("must not be less than min, which is ",
                                               FormatNumber(min), "; is ", FormatNumber(max)));
  }
  return std::make_unique<ClipStep>(std::move(context), schema, std::move(columns), min, max);
}

absl::StatusOr<std::unique_ptr<Step>> MakeStandardize(const v1::TransformStep::Standardize& step,
                                                      StepContext context,
                                                      const v1::Schema& schema) {
  return MakeScalingStep<StandardizeStep>(step, std::move(context), schema);
}

absl::StatusOr<std::unique_ptr<Step>> MakeMinMax(const v1::TransformStep::MinMax& step,
                                                 StepContext context, const v1::Schema& schema) {
  return MakeScalingStep<MinMaxStep>(step, std::move(context), schema);
}

absl::StatusOr<std::unique_ptr<Step>> MakeLog(const v1::TransformStep::Log& step,
                                              StepContext context, const v1::Schema& schema) {
  return MakeScalingStep<LogStep>(step, std::move(context), schema);
}

}  // namespace serin
