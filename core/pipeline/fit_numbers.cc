#include "core/pipeline/fit_numbers.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/status_macros.h"

namespace serin {
namespace {

using internal::v1::NumericTransform;
using v1::Preprocessing;

// Squares of differences of such numbers, and sums of them, stay finite.
constexpr double kMaxAveraged = 1e150;

// What the values that are there look like.
struct Moments {
  size_t count = 0;
  double mean = 0;
  double standard_deviation = 0;  // Of the population (n).
  double min = std::numeric_limits<double>::infinity();
  double max = -std::numeric_limits<double>::infinity();

  bool constant() const { return min == max; }
};

// Welford, "Note on a method for calculating corrected sums of squares and products", 1962.
Moments MomentsOf(const std::vector<double>& numbers) {
  Moments moments;
  double squares = 0;
  for (const double x : numbers) {
    if (std::isnan(x)) continue;
    ++moments.count;
    const double delta = x - moments.mean;
    moments.mean += delta / static_cast<double>(moments.count);
    squares += delta * (x - moments.mean);
    moments.min = std::min(moments.min, x);
    moments.max = std::max(moments.max, x);
  }
  if (moments.count > 0) {
    moments.standard_deviation = std::sqrt(squares / static_cast<double>(moments.count));
  }
  // The mean of equal numbers is that number, whatever rounding makes of it.
  if (moments.constant()) moments.mean = moments.min;
  return moments;
}

std::vector<double> Sorted(const std::vector<double>& numbers) {
  std::vector<double> values;
  std::copy_if(numbers.begin(), numbers.end(), std::back_inserter(values),
               [](double x) { return !std::isnan(x); });
  std::sort(values.begin(), values.end());
  return values;
}

// Of an even number the mean of the middle two.
double MedianOf(const std::vector<double>& sorted) {
  const size_t middle = sorted.size() / 2;
  if (sorted.size() % 2 == 1) return sorted[middle];
  return sorted[middle - 1] + (sorted[middle] - sorted[middle - 1]) / 2;
}

// The least of those that are there most often.
double ModeOf(const std::vector<double>& sorted) {
  double mode = sorted[0];
  size_t most = 0;
  for (size_t begin = 0, end = 0; begin < sorted.size(); begin = end) {
    while (end < sorted.size() && sorted[end] == sorted[begin]) ++end;
    if (end - begin <= most) continue;
    most = end - begin;
    mode = sorted[begin];
  }
  return mode;
}

// What stands for missing values; not for MISSING_KEEP.
double FillOf(const ColumnData& column, const Moments& moments,
              const Preprocessing& preprocessing) {
  if (preprocessing.missing() == Preprocessing::MISSING_CONSTANT) return preprocessing.fill();
  if (moments.count == 0) return 0;
  if (preprocessing.missing() == Preprocessing::MISSING_MEDIAN) {
    return MedianOf(Sorted(column.numbers));
  }
  if (preprocessing.missing() == Preprocessing::MISSING_MOST_FREQUENT) {
    return ModeOf(Sorted(column.numbers));
  }
  return moments.mean;
}

// Seconds since 1970 take more digits than single precision, in which trees compare, has: instants
// count from the middle of their range.
double RawOffset(const ColumnData& column, const Moments& moments) {
  if (column.type != v1::COLUMN_TYPE_TIMESTAMP || moments.count == 0) return 0;
  return std::round(moments.min + (moments.max - moments.min) / 2);
}

double Inverse(double width, const Moments& moments) {
  const double scale = 1 / width;
  return moments.count == 0 || moments.constant() || !std::isfinite(scale) ? 1 : scale;
}

void SetScale(const ColumnData& column, const Moments& moments, Preprocessing::Encoding encoding,
              NumericTransform* transform) {
  transform->set_scale(1);
  if (encoding == Preprocessing::ENCODING_NUMERIC) {
    transform->set_offset(RawOffset(column, moments));
  } else if (encoding == Preprocessing::ENCODING_STANDARDISED) {
    transform->set_offset(moments.mean);
    transform->set_scale(Inverse(moments.standard_deviation, moments));
  } else if (moments.count > 0) {
    transform->set_offset(moments.min);
    transform->set_scale(Inverse(moments.max - moments.min, moments));
  }
}

void SetRange(const Moments& moments, NumericTransform* transform) {
  if (std::isfinite(moments.min)) transform->set_min(moments.min);
  if (std::isfinite(moments.max)) transform->set_max(moments.max);
}

// Whether fitting adds up the numbers or takes their differences.
bool Averages(const Preprocessing& preprocessing) {
  return preprocessing.encoding() != Preprocessing::ENCODING_NUMERIC ||
         preprocessing.missing() == Preprocessing::MISSING_MEAN ||
         preprocessing.missing() == Preprocessing::MISSING_MEDIAN;
}

absl::Status CheckSize(const ColumnData& column, const Moments& moments,
                       const Preprocessing& preprocessing) {
  const bool large = moments.count > 0 && std::max(-moments.min, moments.max) > kMaxAveraged;
  if (!large || !Averages(preprocessing)) return absl::OkStatus();
  return InvalidField(
      "features", absl::StrCat("column '", column.name,
                               "' holds numbers beyond 1e150, which cannot be averaged or scaled; "
                               "divide it by a constant or leave it out"));
}

}  // namespace

absl::StatusOr<NumericTransform> FitNumbers(const ColumnData& column,
                                            const Preprocessing& preprocessing) {
  const Moments moments = MomentsOf(column.numbers);
  SERIN_RETURN_IF_ERROR(CheckSize(column, moments, preprocessing));
  NumericTransform transform;
  if (preprocessing.missing() != Preprocessing::MISSING_KEEP) {
    transform.set_fill(FillOf(column, moments, preprocessing));
  }
  SetScale(column, moments, preprocessing.encoding(), &transform);
  if (preprocessing.clip() && moments.count > 0) SetRange(moments, &transform);
  return transform;
}

}  // namespace serin
