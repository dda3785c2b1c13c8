#include "core/table/profile.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "core/base/utf8.h"
#include "core/table/value_parser.h"

namespace serin {
namespace {

constexpr size_t kTopValues = 10;
constexpr double kFractions[] = {0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99};

// A value and the number of rows that hold it.
template <typename Value>
struct Run {
  Value value;
  int64_t count;
};

// The most frequent first; among equals, in order of the value.
template <typename Value>
void KeepTop(std::vector<Run<Value>>& runs) {
  const size_t kept = std::min(kTopValues, runs.size());
  std::partial_sort(runs.begin(), runs.begin() + kept, runs.end(),
                    [](const auto& a, const auto& b) {
                      return a.count != b.count ? a.count > b.count : a.value < b.value;
                    });
  runs.resize(kept);
}

// Profiles stay small whatever the text is.
std::string Shown(absl::string_view value) {
  constexpr size_t kLongest = 256;
  if (value.size() <= kLongest) return std::string(value);
  return absl::StrCat(Utf8Prefix(value, kLongest), "…");
}

void AddTopValue(std::string value, int64_t count, v1::ColumnProfile& out) {
  v1::ValueCount* top = out.add_top_values();
  top->set_value(std::move(value));
  top->set_count(count);
}

// Sorted, without the missing ones. Adding 0 makes -0 and 0 the same value in print too.
std::vector<double> SortedValues(const ColumnData& column) {
  std::vector<double> values;
  values.reserve(column.numbers.size());
  for (const double value : column.numbers) {
    if (!std::isnan(value)) values.push_back(value + 0.0);
  }
  std::sort(values.begin(), values.end());
  return values;
}

std::vector<Run<double>> RunsOf(const std::vector<double>& sorted) {
  std::vector<Run<double>> runs;
  for (const double value : sorted) {
    if (runs.empty() || runs.back().value != value) runs.push_back({value, 0});
    ++runs.back().count;
  }
  return runs;
}

// Hyndman and Fan (1996), type 7. Weighted so that no intermediate result overflows.
double QuantileOf(const std::vector<double>& sorted, double fraction) {
  const double position = fraction * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<size_t>(position);
  const size_t above = std::min(below + 1, sorted.size() - 1);
  const double weight = position - static_cast<double>(below);
  if (sorted[below] == sorted[above]) return sorted[below];
  return sorted[below] * (1 - weight) + sorted[above] * weight;
}

long double MeanOf(const std::vector<double>& values) {
  long double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<long double>(values.size());
}

// Of the sample (n - 1), in two passes; long double keeps the squares in range and exact enough.
long double DeviationOf(const std::vector<double>& values, long double mean) {
  if (values.size() == 1) return 0;
  long double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return std::sqrt(squares / static_cast<long double>(values.size() - 1));
}

void Summarise(const std::vector<double>& sorted, v1::NumberSummary& out) {
  const long double mean = MeanOf(sorted);
  out.set_min(sorted.front());
  out.set_max(sorted.back());
  out.set_mean(static_cast<double>(mean));
  out.set_standard_deviation(static_cast<double>(DeviationOf(sorted, mean)));
  for (const double fraction : kFractions) {
    v1::Quantile* quantile = out.add_quantiles();
    quantile->set_fraction(fraction);
    quantile->set_value(QuantileOf(sorted, fraction));
  }
}

void ProfileNumbers(const ColumnData& column, v1::ColumnProfile& out) {
  const std::vector<double> sorted = SortedValues(column);
  if (sorted.empty()) return;
  std::vector<Run<double>> runs = RunsOf(sorted);
  out.set_count(static_cast<int64_t>(sorted.size()));
  out.set_distinct(static_cast<int64_t>(runs.size()));
  Summarise(sorted, *out.mutable_number());
  KeepTop(runs);
  for (const auto& run : runs) AddTopValue(FormatValue(column.type, run.value), run.count, out);
}

void ProfileStrings(const ColumnData& column, v1::ColumnProfile& out) {
  std::vector<Run<absl::string_view>> runs;
  for (const std::string& value : column.dictionary) runs.push_back({value, 0});
  for (const int32_t code : column.codes) {
    if (code != ColumnData::kMissingCode) ++runs[code].count;
  }
  // A dictionary may hold strings that no row uses.
  runs.erase(std::remove_if(runs.begin(), runs.end(), [](auto& run) { return run.count == 0; }),
             runs.end());
  out.set_distinct(static_cast<int64_t>(runs.size()));
  for (const auto& run : runs) out.set_count(out.count() + run.count);
  KeepTop(runs);
  for (const auto& run : runs) AddTopValue(Shown(run.value), run.count, out);
}

v1::ColumnProfile ProfileColumn(const ColumnData& column) {
  v1::ColumnProfile out;
  out.set_name(column.name);
  out.set_type(column.type);
  column.is_string() ? ProfileStrings(column, out) : ProfileNumbers(column, out);
  out.set_missing(static_cast<int64_t>(column.size()) - out.count());
  return out;
}

}  // namespace

v1::DatasetProfile ProfileOf(const Table& table) {
  v1::DatasetProfile profile;
  profile.set_row_count(static_cast<int64_t>(table.row_count()));
  for (const ColumnData& column : table.columns) *profile.add_columns() = ProfileColumn(column);
  return profile;
}

}  // namespace serin
