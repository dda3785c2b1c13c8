#include "core/transform/fill_value.h"

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "core/base/status_macros.h"
#include "core/transform/column_quantiles.h"
#include "core/transform/running_moments.h"

namespace serin {
namespace {

// The nearest integer, halves away from zero. As a double, a value near the end of the range may be
// just beyond it.
int64_t NearestInteger(double value) {
  constexpr int64_t kGreatest = std::numeric_limits<int64_t>::max();
  if (std::abs(value) < 0x1p63) return std::llround(value);
  return value < 0 ? -kGreatest : kGreatest;
}

ColumnData OneNumber(v1::ColumnType type, double value) {
  ColumnData column{.type = type};
  if (column.is_integer()) {
    column.integers = {NearestInteger(value)};
  } else {
    column.numbers = {value};
  }
  return column;
}

class MeanFinder : public FillValueFinder {
 public:
  explicit MeanFinder(v1::ColumnType type) : type_(type) {}

  absl::Status Add(const ColumnData& column) override {
    for (size_t row = 0; row < column.size(); ++row) {
      if (!column.missing(row)) moments_.Add(column.number(row));
    }
    return absl::OkStatus();
  }

  std::optional<ColumnData> Find() override {
    if (moments_.count() == 0) return std::nullopt;
    return OneNumber(type_, static_cast<double>(moments_.mean()));
  }

 private:
  const v1::ColumnType type_;
  RunningMoments moments_;
};

class MedianFinder : public FillValueFinder {
 public:
  MedianFinder(v1::ColumnType type, const StepContext* context) : type_(type), values_(context) {}

  absl::Status Add(const ColumnData& column) override { return values_.Add(column); }

  std::optional<ColumnData> Find() override {
    if (values_.empty()) return std::nullopt;
    return OneNumber(type_, values_.Take({0.5})[0]);
  }

 private:
  const v1::ColumnType type_;
  ColumnQuantiles values_;
};

// Where the values of a column are, by their type in memory.
const std::vector<double>& ValuesOf(const ColumnData& column, double) { return column.numbers; }
const std::vector<int64_t>& ValuesOf(const ColumnData& column, int64_t) { return column.integers; }

void SetOnlyValue(double value, ColumnData* column) { column->numbers = {value}; }
void SetOnlyValue(int64_t value, ColumnData* column) { column->integers = {value}; }
void SetOnlyValue(std::string value, ColumnData* column) {
  column->codes = {0};
  column->dictionary = {std::move(value)};
}

int64_t TextBytes(double) { return 0; }
int64_t TextBytes(int64_t) { return 0; }
int64_t TextBytes(const std::string& text) { return static_cast<int64_t>(text.size()); }

// Counts each different value.
template <typename Value>
class MostFrequentFinder : public FillValueFinder {
 public:
  MostFrequentFinder(v1::ColumnType type, const StepContext* context)
      : type_(type), context_(context) {}

  absl::Status Add(const ColumnData& column) override {
    if constexpr (std::is_same_v<Value, std::string>) {
      for (const int32_t code : column.codes) {
        if (code == ColumnData::kMissingCode) continue;
        SERIN_RETURN_IF_ERROR(Count(column.dictionary[static_cast<size_t>(code)]));
      }
    } else {
      const std::vector<Value>& values = ValuesOf(column, Value());
      for (size_t row = 0; row < values.size(); ++row) {
        if (column.missing(row)) continue;
        SERIN_RETURN_IF_ERROR(Count(values[row]));
      }
    }
    return absl::OkStatus();
  }

  std::optional<ColumnData> Find() override {
    if (counts_.empty()) return std::nullopt;
    auto best = counts_.begin();
    for (auto entry = counts_.begin(); entry != counts_.end(); ++entry) {
      const bool first_of_many = entry->second == best->second && entry->first < best->first;
      if (entry->second > best->second || first_of_many) best = entry;
    }
    ColumnData column{.type = type_};
    SetOnlyValue(best->first, &column);
    return column;
  }

 private:
  // Of the map while it grows, and what allocating a string takes.
  static constexpr int64_t kBytesPerValue = 64;

  absl::Status Count(const Value& value) {
    const auto [entry, is_new] = counts_.try_emplace(value, 0);
    ++entry->second;
    if (!is_new || context_->memory->Reserve(kBytesPerValue + TextBytes(value))) {
      return absl::OkStatus();
    }
    return context_->OverMemory();
  }

  const v1::ColumnType type_;
  const StepContext* const context_;
  absl::flat_hash_map<Value, int64_t> counts_;
};

}  // namespace

std::unique_ptr<FillValueFinder> NewFillValueFinder(
    v1::TransformStep::FillMissing::Strategy strategy, v1::ColumnType type,
    const StepContext* context) {
  if (strategy == v1::TransformStep::FillMissing::STRATEGY_MEAN) {
    return std::make_unique<MeanFinder>(type);
  }
  if (strategy == v1::TransformStep::FillMissing::STRATEGY_MEDIAN) {
    return std::make_unique<MedianFinder>(type, context);
  }
  if (ColumnData::IsString(type)) {
    return std::make_unique<MostFrequentFinder<std::string>>(type, context);
  }
  if (type == v1::COLUMN_TYPE_INTEGER) {
    return std::make_unique<MostFrequentFinder<int64_t>>(type, context);
  }
  return std::make_unique<MostFrequentFinder<double>>(type, context);
}

}  // namespace serin
