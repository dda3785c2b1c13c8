#include "core/pipeline/numeric_step.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/base/status_macros.h"
#include "core/pipeline/output_step.h"

namespace serin {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

class NumericStep final : public OutputStep<NumericStep> {
 public:
  static constexpr bool kSparse = false;

  explicit NumericStep(const internal::v1::NumericTransform& numeric)
      : fill_(numeric.has_fill() ? numeric.fill() : std::numeric_limits<double>::quiet_NaN()),
        offset_(numeric.offset()),
        scale_(numeric.scale()),
        min_(numeric.has_min() ? numeric.min() : -kInfinity),
        max_(numeric.has_max() ? numeric.max() : kInfinity) {}

  size_t output_count() const override { return 1; }
  bool can_yield_nan() const override { return std::isnan(fill_); }

  template <typename Emit>
  void ForEachOutput(const ColumnData& column, const std::vector<int32_t>&, size_t begin,
                     size_t end, const Emit& emit) const {
    for (size_t row = begin; row < end; ++row) {
      const double value = column.numbers[row];
      const double filled = std::isnan(value) ? fill_ : std::clamp(value, min_, max_);
      // std::clamp hands NaN through.
      emit(row, 0, std::clamp((filled - offset_) * scale_, -kMaxMagnitude, kMaxMagnitude));
    }
  }

 private:
  const double fill_;  // NaN: none.
  const double offset_;
  const double scale_;
  const double min_;
  const double max_;
};

bool IsNumeric(v1::ColumnType type) {
  return type == v1::COLUMN_TYPE_NUMBER || type == v1::COLUMN_TYPE_TIMESTAMP ||
         type == v1::COLUMN_TYPE_BOOLEAN;
}

absl::Status CheckRange(const internal::v1::NumericTransform& numeric,
                        const v1::ColumnSchema& column) {
  if (numeric.has_min() && !std::isfinite(numeric.min())) return Misfit(column, "infinite min");
  if (numeric.has_max() && !std::isfinite(numeric.max())) return Misfit(column, "infinite max");
  if (numeric.has_min() && numeric.has_max() && numeric.min() > numeric.max()) {
    return Misfit(column, "min is above max");
  }
  return absl::OkStatus();
}

absl::Status Check(const internal::v1::NumericTransform& numeric, const v1::ColumnSchema& column) {
  if (!IsNumeric(column.type())) return Misfit(column, "a numeric transform of a category");
  if (numeric.has_fill() && !std::isfinite(numeric.fill())) return Misfit(column, "infinite fill");
  if (!std::isfinite(numeric.offset())) return Misfit(column, "infinite offset");
  if (!std::isfinite(numeric.scale()) || numeric.scale() == 0) {
    return Misfit(column, "scale is not a finite number other than 0");
  }
  return CheckRange(numeric, column);
}

}  // namespace

absl::StatusOr<std::unique_ptr<const ColumnStep>> MakeNumericStep(
    const internal::v1::NumericTransform& numeric, const v1::ColumnSchema& column) {
  SERIN_RETURN_IF_ERROR(Check(numeric, column));
  return std::make_unique<NumericStep>(numeric);
}

}  // namespace serin
