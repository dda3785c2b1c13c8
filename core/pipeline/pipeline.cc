#include "core/pipeline/pipeline.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"

namespace serin {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

// Numbers are limited to this on both sides, so that what follows neither overflows single
// precision nor meets infinity minus infinity.
constexpr double kMaxMagnitude = 1e30;

absl::Status Misfit(const v1::ColumnSchema& column, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("pipeline: column '", column.name(), "': ", what));
}

bool IsNumeric(v1::ColumnType type) {
  return type == v1::COLUMN_TYPE_NUMBER || type == v1::COLUMN_TYPE_TIMESTAMP ||
         type == v1::COLUMN_TYPE_BOOLEAN;
}

absl::Status CheckNumeric(const internal::v1::NumericTransform& numeric,
                          const v1::ColumnSchema& column) {
  if (!IsNumeric(column.type())) return Misfit(column, "a numeric transform of a category");
  if (numeric.has_fill() && !std::isfinite(numeric.fill())) return Misfit(column, "infinite fill");
  if (!std::isfinite(numeric.offset())) return Misfit(column, "infinite offset");
  if (!std::isfinite(numeric.scale()) || numeric.scale() == 0) {
    return Misfit(column, "scale is not a finite number other than 0");
  }
  return absl::OkStatus();
}

}  // namespace

struct Pipeline::Block {
  size_t begin;
  size_t end;
  double* out;    // Of the step's first output in the first row.
  size_t stride;  // Between rows.
};

absl::StatusOr<Pipeline> Pipeline::Create(const internal::v1::Pipeline& fitted,
                                          const v1::Schema& features) {
  if (fitted.columns_size() != features.columns_size()) {
    return absl::InvalidArgumentError(absl::StrCat("pipeline: ", fitted.columns_size(),
                                                   " transforms for ", features.columns_size(),
                                                   " features"));
  }
  Pipeline pipeline;
  for (int i = 0; i < fitted.columns_size(); ++i) {
    SERIN_ASSIGN_OR_RETURN(Step step, MakeStep(fitted.columns(i), features.columns(i)));
    step.first_output = pipeline.output_count_;
    pipeline.output_count_ += OutputsOf(step);
    pipeline.can_yield_nan_ |= CanYieldNan(step);
    pipeline.steps_.push_back(std::move(step));
  }
  return pipeline;
}

absl::StatusOr<Pipeline::Step> Pipeline::MakeStep(const internal::v1::ColumnTransform& transform,
                                                  const v1::ColumnSchema& column) {
  if (transform.has_numeric()) {
    const auto& numeric = transform.numeric();
    SERIN_RETURN_IF_ERROR(CheckNumeric(numeric, column));
    return Step{
        Numeric{numeric.has_fill() ? numeric.fill() : kNaN, numeric.offset(), numeric.scale()}};
  }
  if (transform.has_one_hot()) {
    SERIN_ASSIGN_OR_RETURN(CategoryIndex index,
                           IndexCategories(transform.one_hot().categories(), column));
    return Step{OneHot{std::move(index)}};
  }
  if (transform.has_category_code()) {
    SERIN_ASSIGN_OR_RETURN(CategoryIndex index,
                           IndexCategories(transform.category_code().categories(), column));
    return Step{CategoryCode{std::move(index)}};
  }
  return Misfit(column, "no transform that this version of Serin knows");
}

absl::StatusOr<Pipeline::CategoryIndex> Pipeline::IndexCategories(
    const google::protobuf::RepeatedPtrField<std::string>& categories,
    const v1::ColumnSchema& column) {
  if (column.type() != v1::COLUMN_TYPE_CATEGORY) {
    return Misfit(column, "categories of a column that is none");
  }
  CategoryIndex index;
  for (int i = 0; i < categories.size(); ++i) {
    if (i > 0 && categories[i] <= categories[i - 1]) {
      return Misfit(column, "categories are not sorted and unique");
    }
    index.emplace(categories[i], i);
  }
  return index;
}

size_t Pipeline::OutputsOf(const Step& step) {
  const auto* one_hot = std::get_if<OneHot>(&step.transform);
  return one_hot == nullptr ? 1 : one_hot->categories.size();
}

bool Pipeline::CanYieldNan(const Step& step) {
  const auto* numeric = std::get_if<Numeric>(&step.transform);
  if (numeric != nullptr) return std::isnan(numeric->fill);
  return std::holds_alternative<CategoryCode>(step.transform);
}

const Pipeline::CategoryIndex* Pipeline::CategoriesOf(const Step& step) {
  if (const auto* one_hot = std::get_if<OneHot>(&step.transform)) return &one_hot->categories;
  if (const auto* code = std::get_if<CategoryCode>(&step.transform)) return &code->categories;
  return nullptr;
}

Pipeline::Binding Pipeline::Bind(const Table& rows) const {
  Binding binding;
  binding.categories.resize(steps_.size());
  for (size_t i = 0; i < steps_.size(); ++i) {
    const CategoryIndex* index = CategoriesOf(steps_[i]);
    if (index == nullptr) continue;
    for (const std::string& text : rows.columns[i].dictionary) {
      const auto it = index->find(text);
      binding.categories[i].push_back(it == index->end() ? Binding::kUnseen : it->second);
    }
  }
  return binding;
}

void Pipeline::Apply(const Table& rows, const Binding& binding, size_t begin, size_t end,
                     double* out) const {
  for (size_t i = 0; i < steps_.size(); ++i) {
    const Step& step = steps_[i];
    const ColumnData& column = rows.columns[i];
    const Block block{begin, end, out + step.first_output, output_count_};
    if (const auto* numeric = std::get_if<Numeric>(&step.transform)) {
      ApplyNumeric(*numeric, column, block);
    } else if (std::holds_alternative<OneHot>(step.transform)) {
      ApplyOneHot(column, binding.categories[i], OutputsOf(step), block);
    } else {
      ApplyCategoryCode(column, binding.categories[i], block);
    }
  }
}

void Pipeline::ApplyNumeric(const Numeric& numeric, const ColumnData& column, const Block& block) {
  double* out = block.out;
  for (size_t row = block.begin; row < block.end; ++row, out += block.stride) {
    const double value = column.numbers[row];
    const double filled = std::isnan(value) ? numeric.fill : value;
    // std::clamp hands NaN through.
    *out = std::clamp((filled - numeric.offset) * numeric.scale, -kMaxMagnitude, kMaxMagnitude);
  }
}

void Pipeline::ApplyOneHot(const ColumnData& column, const std::vector<int32_t>& categories,
                           size_t width, const Block& block) {
  double* out = block.out;
  for (size_t row = block.begin; row < block.end; ++row, out += block.stride) {
    std::fill_n(out, width, 0.0);
    const int32_t code = column.codes[row];
    if (code == ColumnData::kMissingCode || categories[code] == Binding::kUnseen) continue;
    out[categories[code]] = 1.0;
  }
}

void Pipeline::ApplyCategoryCode(const ColumnData& column, const std::vector<int32_t>& categories,
                                 const Block& block) {
  double* out = block.out;
  for (size_t row = block.begin; row < block.end; ++row, out += block.stride) {
    const int32_t code = column.codes[row];
    const bool known = code != ColumnData::kMissingCode && categories[code] != Binding::kUnseen;
    *out = known ? categories[code] : kNaN;
  }
}

std::vector<UnseenCategory> Pipeline::FindUnseen(const Table& rows, const Binding& binding) const {
  std::vector<UnseenCategory> unseen;
  for (size_t feature = 0; feature < steps_.size(); ++feature) {
    const auto& categories = binding.categories[feature];
    if (std::find(categories.begin(), categories.end(), Binding::kUnseen) == categories.end()) {
      continue;
    }
    const std::vector<int32_t>& codes = rows.columns[feature].codes;
    for (size_t row = 0; row < codes.size(); ++row) {
      if (codes[row] == ColumnData::kMissingCode) continue;
      if (categories[codes[row]] == Binding::kUnseen) unseen.push_back({row, feature});
    }
  }
  return unseen;
}

}  // namespace serin
