#include "core/profile/association.h"

#include <algorithm>
#include <boost/sort/pdqsort/pdqsort.hpp>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

namespace serin {
namespace {

constexpr size_t kFewestRows = 3;

// From 1; equal values share the mean of their ranks.
std::vector<double> RanksOf(absl::Span<const double> values) {
  std::vector<std::pair<double, uint32_t>> order(values.size());
  for (uint32_t i = 0; i < order.size(); ++i) order[i] = {values[i], i};
  boost::sort::pdqsort_branchless(order.begin(), order.end());
  std::vector<double> ranks(values.size());
  for (size_t begin = 0; begin < order.size();) {
    size_t end = begin + 1;
    while (end < order.size() && order[end].first == order[begin].first) ++end;
    const double rank = static_cast<double>(begin + 1 + end) / 2;
    for (; begin < end; ++begin) ranks[order[begin].second] = rank;
  }
  return ranks;
}

// Pearson's correlation of two lists of ranks, which have the same mean; not a number where a list
// is constant.
double CorrelationOf(const std::vector<double>& a, const std::vector<double>& b) {
  const double mean = static_cast<double>(a.size() + 1) / 2;
  double both = 0;
  double squares_a = 0;
  double squares_b = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    both += (a[i] - mean) * (b[i] - mean);
    squares_a += (a[i] - mean) * (a[i] - mean);
    squares_b += (b[i] - mean) * (b[i] - mean);
  }
  return both / std::sqrt(squares_a * squares_b);
}

// Rows per code.
std::vector<int64_t> CountsOf(absl::Span<const int32_t> codes) {
  std::vector<int64_t> counts(*std::max_element(codes.begin(), codes.end()) + 1);
  for (const int32_t code : codes) ++counts[code];
  return counts;
}

// Codes that some row has.
double UsedOf(const std::vector<int64_t>& counts) {
  return static_cast<double>(counts.size()) -
         static_cast<double>(std::count(counts.begin(), counts.end(), 0));
}

// Chi squared of the contingency table by the number of rows. The table is a sorted list of the
// codes of all rows, as most of its cells may be empty.
double PhiSquared(absl::Span<const int32_t> a, absl::Span<const int32_t> b,
                  const std::vector<int64_t>& counts_a, const std::vector<int64_t>& counts_b) {
  std::vector<std::pair<int32_t, int32_t>> cells(a.size());
  for (size_t i = 0; i < a.size(); ++i) cells[i] = {a[i], b[i]};
  boost::sort::pdqsort(cells.begin(), cells.end());
  double sum = 0;
  for (size_t begin = 0; begin < cells.size();) {
    size_t end = begin + 1;
    while (end < cells.size() && cells[end] == cells[begin]) ++end;
    const auto rows = static_cast<double>(end - begin);
    sum += rows / static_cast<double>(counts_a[cells[begin].first]) *
           (rows / static_cast<double>(counts_b[cells[begin].second]));
    begin = end;
  }
  return sum - 1;
}

long double Square(long double value) { return value * value; }

// The sums of squared distances from the mean: of all numbers, and of those of each category.
struct Squares {
  long double all = 0;
  long double within = 0;
};

Squares SquaresOf(absl::Span<const double> numbers, absl::Span<const int32_t> categories,
                  const std::vector<int64_t>& counts) {
  std::vector<long double> means(counts.size());
  long double mean = 0;
  for (size_t i = 0; i < numbers.size(); ++i) {
    means[categories[i]] += static_cast<long double>(numbers[i]) / counts[categories[i]];
    mean += static_cast<long double>(numbers[i]) / numbers.size();
  }
  Squares squares;
  for (size_t i = 0; i < numbers.size(); ++i) {
    squares.all += Square(numbers[i] - mean);
    squares.within += Square(numbers[i] - means[categories[i]]);
  }
  return squares;
}

bool IsConstant(absl::Span<const double> numbers) {
  return std::all_of(numbers.begin(), numbers.end(), [&](double x) { return x == numbers[0]; });
}

std::optional<double> InUnit(double value) {
  if (!std::isfinite(value)) return std::nullopt;
  return std::clamp(value, 0.0, 1.0);
}

}  // namespace

std::optional<double> RankCorrelation(absl::Span<const double> a, absl::Span<const double> b) {
  if (a.size() < kFewestRows) return std::nullopt;
  return InUnit(std::abs(CorrelationOf(RanksOf(a), RanksOf(b))));
}

std::optional<double> CorrelationRatio(absl::Span<const double> numbers,
                                       absl::Span<const int32_t> categories) {
  if (numbers.size() < kFewestRows || IsConstant(numbers)) return std::nullopt;
  const std::vector<int64_t> counts = CountsOf(categories);
  const double used = UsedOf(counts);
  const auto rows = static_cast<double>(numbers.size());
  if (used < 2 || used == rows) return std::nullopt;
  const Squares squares = SquaresOf(numbers, categories, counts);
  const auto within = static_cast<double>(squares.within / squares.all);
  return InUnit(std::sqrt(std::max(0.0, 1 - within * (rows - 1) / (rows - used))));
}

std::optional<double> CramersV(absl::Span<const int32_t> a, absl::Span<const int32_t> b) {
  if (a.size() < kFewestRows) return std::nullopt;
  const std::vector<int64_t> counts_a = CountsOf(a);
  const std::vector<int64_t> counts_b = CountsOf(b);
  const double others = static_cast<double>(a.size()) - 1;
  const double free_a = UsedOf(counts_a) - 1;
  const double free_b = UsedOf(counts_b) - 1;
  const double phi_squared =
      std::max(0.0, PhiSquared(a, b, counts_a, counts_b) - free_a * free_b / others);
  const double most =
      std::min(free_a - free_a * free_a / others, free_b - free_b * free_b / others);
  if (most <= 0) return std::nullopt;
  return InUnit(std::sqrt(phi_squared / most));
}

}  // namespace serin
