#include "core/profile/number_profiler.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/profile/number_summary.h"
#include "core/profile/top_values.h"
#include "core/profile/value_hash.h"
#include "core/table/value_parser.h"

namespace serin {
namespace {

Moments MomentsOf(const std::vector<WeightedValue>& values) {
  Moments moments;
  for (const WeightedValue& entry : values) moments.Add(entry.value, entry.count);
  return moments;
}

}  // namespace

double NumberProfiler::NumberOf(uint64_t bits) const {
  return integers_ ? static_cast<double>(static_cast<int64_t>(bits)) : DoubleOf(bits);
}

uint64_t NumberProfiler::HashOf(uint64_t bits) const {
  return integers_ ? HashNumber(static_cast<int64_t>(bits)) : HashNumber(DoubleOf(bits));
}

uint64_t NumberProfiler::BitsAt(const NumberBlock& block, size_t i) const {
  return integers_ ? static_cast<uint64_t>(block.integers[i]) : BitsOf(block.numbers[i]);
}

void NumberProfiler::Add(const NumberBlock& block) {
  if (block.integers.empty() && integers_) Widen();
  const size_t counted = sketches_ ? 0 : CountExactly(block);
  if (counted < block.numbers.size()) Sketch(block, counted);
}

// How many values it added.
size_t NumberProfiler::CountExactly(const NumberBlock& block) {
  for (size_t i = 0; i < block.numbers.size(); ++i) {
    if (!values_.Add(block.hashes[i], BitsAt(block, i), 1)) return i;
  }
  return block.numbers.size();
}

// Values [begin, end) of the block.
void NumberProfiler::Sketch(const NumberBlock& block, size_t begin) {
  StartSketches();
  sketches_->moments.Add(block.numbers.subspan(begin));
  sketches_->quantiles.Add(block.numbers.subspan(begin));
  for (size_t i = begin; i < block.numbers.size(); ++i) {
    sketches_->distinct.Add(block.hashes[i]);
    CountFrequent(block.hashes[i], BitsAt(block, i), 1);
  }
}

// From all values so far.
void NumberProfiler::StartSketches() {
  if (sketches_) return;
  Sketches& sketches = sketches_.emplace();
  values_.ForEach([&](uint64_t hash, uint64_t bits, int64_t count) {
    const double number = NumberOf(bits);
    sketches.distinct.Add(hash);
    sketches.quantiles.Add(number, count);
    sketches.moments.Add(number, count);
  });
}

// Whole numbers beyond 2^53 are rounded, and some of them then are the same.
void NumberProfiler::Widen() {
  Values widened(capacity_);
  values_.ForEach([&](uint64_t, uint64_t bits, int64_t count) {
    const double number = NumberOf(bits);
    widened.Add(HashNumber(number), BitsOf(number), count);
  });
  widened.AddError(values_.error());
  values_ = std::move(widened);
  integers_ = false;
}

void NumberProfiler::Merge(const NumberProfiler& other) {
  if (!other.integers_ && integers_) Widen();
  if (other.sketches_) {
    StartSketches();
    sketches_->distinct.Merge(other.sketches_->distinct);
    sketches_->quantiles.Merge(other.sketches_->quantiles);
    sketches_->moments.Merge(other.sketches_->moments);
  }
  other.values_.ForEach([&](uint64_t, uint64_t bits, int64_t count) {
    const uint64_t mine = integers_ ? bits : BitsOf(other.NumberOf(bits));
    other.sketches_ ? CountFrequent(HashOf(mine), mine, count) : AddCounted(mine, count);
  });
  values_.AddError(other.values_.error());
}

void NumberProfiler::AddCounted(uint64_t bits, int64_t count) {
  const uint64_t hash = HashOf(bits);
  if (!sketches_ && values_.Add(hash, bits, count)) return;
  StartSketches();
  sketches_->distinct.Add(hash);
  sketches_->quantiles.Add(NumberOf(bits), count);
  sketches_->moments.Add(NumberOf(bits), count);
  CountFrequent(hash, bits, count);
}

void NumberProfiler::CountFrequent(uint64_t hash, uint64_t bits, int64_t count) {
  if (values_.Add(hash, bits, count)) return;
  values_.Shrink();
  values_.Add(hash, bits, count);
}

std::vector<WeightedValue> NumberProfiler::SortedValues() const {
  if (sketches_) return sketches_->quantiles.Sorted();
  std::vector<WeightedValue> sorted;
  values_.ForEach([&](uint64_t, uint64_t bits, int64_t count) {
    sorted.push_back({NumberOf(bits), count});
  });
  std::sort(sorted.begin(), sorted.end(),
            [](const auto& a, const auto& b) { return a.value < b.value; });
  return sorted;
}

void NumberProfiler::Summarise(v1::ColumnProfile& out) const {
  const std::vector<WeightedValue> sorted = SortedValues();
  const Moments moments = sketches_ ? sketches_->moments : MomentsOf(sorted);
  out.set_count(moments.count());
  out.set_distinct_exact(!sketches_);
  out.set_distinct(sketches_ ? sketches_->distinct.EstimateOf(moments.count())
                             : static_cast<int64_t>(values_.size()));
  *out.mutable_number() = SummaryOf(sorted, moments, out.type());
  if (sketches_) out.mutable_number()->set_quantile_rank_error(QuantileSketch::kRankError);
  AddTop(out);
}

void NumberProfiler::AddTop(v1::ColumnProfile& out) const {
  if (integers_ && out.type() == v1::COLUMN_TYPE_INTEGER) {
    AddTopValues(
        values_, [](uint64_t bits) { return static_cast<int64_t>(bits); },
        [](int64_t value) { return absl::StrCat(value); }, out);
    return;
  }
  AddTopValues(
      values_, [this](uint64_t bits) { return NumberOf(bits); },
      [&out](double value) { return FormatValue(out.type(), value); }, out);
}

internal::v1::NumberProfileRecord NumberProfiler::ToRecord() const {
  internal::v1::NumberProfileRecord record;
  record.set_integers(integers_);
  record.mutable_values()->set_error(values_.error());
  values_.ForEach([&](uint64_t, uint64_t bits, int64_t count) {
    record.mutable_values()->add_keys(bits);
    record.mutable_values()->add_counts(count);
  });
  if (!sketches_) return record;
  *record.mutable_distinct() = sketches_->distinct.ToRecord();
  *record.mutable_quantiles() = sketches_->quantiles.ToRecord();
  *record.mutable_moments() = sketches_->moments.ToRecord();
  return record;
}

std::optional<NumberProfiler> NumberProfiler::FromRecord(
    const internal::v1::NumberProfileRecord& record, size_t capacity) {
  NumberProfiler profiler(capacity);
  profiler.integers_ = record.integers();
  if (!profiler.ReadValues(record.values())) return std::nullopt;
  const bool sketched = record.values().error() > 0;
  if (sketched ? !profiler.ReadSketches(record) : profiler.values_.size() == 0) return std::nullopt;
  return profiler;
}

bool NumberProfiler::ReadValues(const internal::v1::FrequentValuesRecord& record) {
  if (!IsSound(record)) return false;
  for (int i = 0; i < record.keys_size(); ++i) {
    const uint64_t bits = record.keys(i);
    if (!std::isfinite(NumberOf(bits))) return false;
    if (!values_.Add(HashOf(bits), bits, record.counts(i))) return false;
  }
  values_.AddError(record.error());
  return true;
}

bool NumberProfiler::ReadSketches(const internal::v1::NumberProfileRecord& record) {
  auto distinct = HyperLogLog::FromRecord(record.distinct());
  auto quantiles = QuantileSketch::FromRecord(record.quantiles());
  const auto moments = Moments::FromRecord(record.moments());
  if (!distinct || !quantiles || !moments) return false;
  if (quantiles->count() != moments->count()) return false;
  sketches_ = {*std::move(distinct), *std::move(quantiles), *moments};
  return true;
}

}  // namespace serin
