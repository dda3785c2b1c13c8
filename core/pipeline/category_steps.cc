#include "core/pipeline/category_steps.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/base/status_macros.h"
#include "core/pipeline/output_step.h"

namespace serin {
namespace {

constexpr int32_t kNoFill = kUnseenCategory;

// The category of a row, the fill where it is missing.
int32_t CategoryOf(int32_t code, const std::vector<int32_t>& categories, int32_t fill) {
  return code == ColumnData::kMissingCode ? fill : categories[code];
}

class OneHotStep final : public OutputStep<OneHotStep> {
 public:
  static constexpr bool kSparse = true;

  OneHotStep(size_t width, int32_t fill) : width_(width), fill_(fill) {}

  size_t output_count() const override { return width_; }
  bool can_yield_nan() const override { return false; }

  template <typename Emit>
  void ForEachOutput(const ColumnData& column, const std::vector<int32_t>& categories, size_t begin,
                     size_t end, const Emit& emit) const {
    for (size_t row = begin; row < end; ++row) {
      const int32_t category = CategoryOf(column.codes[row], categories, fill_);
      if (category != kUnseenCategory) emit(row, static_cast<size_t>(category), 1);
    }
  }

 private:
  const size_t width_;
  const int32_t fill_;
};

class CategoryCodeStep final : public OutputStep<CategoryCodeStep> {
 public:
  static constexpr bool kSparse = false;

  explicit CategoryCodeStep(int32_t fill) : fill_(fill) {}

  size_t output_count() const override { return 1; }
  bool can_yield_nan() const override { return true; }

  template <typename Emit>
  void ForEachOutput(const ColumnData& column, const std::vector<int32_t>& categories, size_t begin,
                     size_t end, const Emit& emit) const {
    for (size_t row = begin; row < end; ++row) {
      const int32_t category = CategoryOf(column.codes[row], categories, fill_);
      emit(row, 0,
           category == kUnseenCategory ? std::numeric_limits<double>::quiet_NaN() : category);
    }
  }

 private:
  const int32_t fill_;
};

class TargetMeanStep final : public OutputStep<TargetMeanStep> {
 public:
  static constexpr bool kSparse = false;

  TargetMeanStep(std::vector<double> means, double fill) : means_(std::move(means)), fill_(fill) {}

  size_t output_count() const override { return 1; }
  bool can_yield_nan() const override { return false; }

  template <typename Emit>
  void ForEachOutput(const ColumnData& column, const std::vector<int32_t>& categories, size_t begin,
                     size_t end, const Emit& emit) const {
    for (size_t row = begin; row < end; ++row) {
      const int32_t category = CategoryOf(column.codes[row], categories, kNoFill);
      emit(row, 0, category == kUnseenCategory ? fill_ : means_[category]);
    }
  }

 private:
  const std::vector<double> means_;
  const double fill_;
};

// The fill of a transform that may have one.
template <typename Transform>
absl::StatusOr<int32_t> FillOf(const Transform& transform, const v1::ColumnSchema& column) {
  if (!transform.has_fill()) return kNoFill;
  if (transform.fill() >= 0 && transform.fill() < transform.categories_size()) {
    return transform.fill();
  }
  return Misfit(column, "the fill is no index of a category");
}

bool IsInRange(double value) { return std::abs(value) <= kMaxMagnitude; }

}  // namespace

absl::StatusOr<std::unique_ptr<const ColumnStep>> MakeOneHotStep(
    const internal::v1::OneHotTransform& one_hot, const v1::ColumnSchema& column) {
  SERIN_ASSIGN_OR_RETURN(const int32_t fill, FillOf(one_hot, column));
  return std::make_unique<OneHotStep>(one_hot.categories_size(), fill);
}

absl::StatusOr<std::unique_ptr<const ColumnStep>> MakeCategoryCodeStep(
    const internal::v1::CategoryCodeTransform& category_code, const v1::ColumnSchema& column) {
  SERIN_ASSIGN_OR_RETURN(const int32_t fill, FillOf(category_code, column));
  return std::make_unique<CategoryCodeStep>(fill);
}

absl::StatusOr<std::unique_ptr<const ColumnStep>> MakeTargetMeanStep(
    const internal::v1::TargetMeanTransform& target_mean, const v1::ColumnSchema& column) {
  if (target_mean.means_size() != target_mean.categories_size()) {
    return Misfit(column, "there is not one mean per category");
  }
  std::vector<double> means(target_mean.means().begin(), target_mean.means().end());
  if (!std::all_of(means.begin(), means.end(), &IsInRange) || !IsInRange(target_mean.fill())) {
    return Misfit(column, "a mean beyond 1e30");
  }
  return std::make_unique<TargetMeanStep>(std::move(means), target_mean.fill());
}

}  // namespace serin
