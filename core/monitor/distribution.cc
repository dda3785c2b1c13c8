#include "core/monitor/distribution.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <vector>

namespace serin {
namespace {

using internal::v1::ColumnDistribution;

constexpr size_t kQuantiles = 10;
constexpr size_t kMaxCategories = 31;

// The values that there are; adding 0 makes the two zeros one.
std::vector<double> NumbersOf(const ColumnData& column) {
  std::vector<double> numbers;
  numbers.reserve(column.size());
  for (size_t row = 0; row < column.size(); ++row) {
    if (!column.missing(row)) numbers.push_back(column.number(row) + 0.0);
  }
  return numbers;
}

// The least numbers that a tenth, two tenths, ... of all are at most; ascending, each once.
std::vector<double> DecilesOf(std::vector<double> numbers) {
  std::vector<double> deciles;
  auto begin = numbers.begin();
  for (size_t k = 1; k < kQuantiles && !numbers.empty(); ++k) {
    const size_t place = (k * numbers.size() + kQuantiles - 1) / kQuantiles - 1;
    const auto nth = numbers.begin() + static_cast<std::ptrdiff_t>(place);
    if (nth >= begin) {
      std::nth_element(begin, nth, numbers.end());
      begin = nth + 1;
    }
    if (deciles.empty() || deciles.back() < *nth) deciles.push_back(*nth);
  }
  return deciles;
}

void DistributeNumbers(const ColumnData& column, ColumnDistribution& out) {
  const std::vector<double> numbers = NumbersOf(column);
  const std::vector<double> bounds =
      column.type == v1::COLUMN_TYPE_BOOLEAN ? std::vector<double>{0} : DecilesOf(numbers);
  std::vector<int64_t> counts(bounds.size() + 1);
  for (const double number : numbers) {
    ++counts[std::lower_bound(bounds.begin(), bounds.end(), number) - bounds.begin()];
  }
  out.mutable_bounds()->Add(bounds.begin(), bounds.end());
  out.mutable_counts()->Add(counts.begin(), counts.end());
  out.set_missing(static_cast<int64_t>(column.size() - numbers.size()));
}

std::vector<int64_t> CountsByCode(const ColumnData& column) {
  std::vector<int64_t> counts(column.dictionary.size());
  for (const int32_t code : column.codes) {
    if (code != ColumnData::kMissingCode) ++counts[code];
  }
  return counts;
}

// Codes that rows have, most frequent first.
std::vector<int32_t> CodesByFrequency(const ColumnData& column,
                                      const std::vector<int64_t>& counts) {
  std::vector<int32_t> codes(counts.size());
  std::iota(codes.begin(), codes.end(), 0);
  std::erase_if(codes, [&](int32_t code) { return counts[code] == 0; });
  std::sort(codes.begin(), codes.end(), [&](int32_t a, int32_t b) {
    if (counts[a] != counts[b]) return counts[a] > counts[b];
    return column.dictionary[a] < column.dictionary[b];
  });
  return codes;
}

void DistributeStrings(const ColumnData& column, ColumnDistribution& out) {
  const std::vector<int64_t> counts = CountsByCode(column);
  const std::vector<int32_t> codes = CodesByFrequency(column, counts);
  int64_t rest = 0;
  for (size_t i = 0; i < codes.size(); ++i) {
    if (i < kMaxCategories) {
      out.add_categories(column.dictionary[codes[i]]);
      out.add_counts(counts[codes[i]]);
    } else {
      rest += counts[codes[i]];
    }
  }
  out.add_counts(rest);
  out.set_missing(std::count(column.codes.begin(), column.codes.end(), ColumnData::kMissingCode));
}

}  // namespace

ColumnDistribution DistributionOf(const ColumnData& column) {
  ColumnDistribution distribution;
  if (column.is_string()) {
    DistributeStrings(column, distribution);
  } else {
    DistributeNumbers(column, distribution);
  }
  return distribution;
}

}  // namespace serin
