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

// All values from `begin` on.
void NumberProfiler::Sketch(const NumberBlock& block, size_t begin) {
  StartSketches();
  sketches_->moments.Add(block.numbers.subspan(begin));
  sketches_->quantiles.Add(block.numbers.subspan(begin));
  for (size_t i = begin; i < block.numbers.size(); ++i) sketches_->distinct.Add(block.hashes[i]);
  for (size_t i = begin; i < block.numbers.size(); ++i) {
    sketches_->frequent.Add(block.hashes[i], BitsAt(block, i), 1);
  }
}

void NumberProfiler::Sketch(uint64_t bits, int64_t count) {
  const uint64_t hash = HashOf(bits);
  const double number = NumberOf(bits);
  sketches_->moments.Add(number, count);
  sketches_->quantiles.Add(number, count);
  sketches_->distinct.Add(hash);
  sketches_->frequent.Add(hash, bits, count);
}

// From all values so far.
void NumberProfiler::StartSketches() {
  if (sketches_) return;
  // Wide tables count fewer values, and sketch them more coarsely.
  const size_t buckets = std::clamp<size_t>(capacity_ / 16, 16, HeavyHitters<uint64_t>::kBuckets);
  sketches_ = Sketches{.frequent = HeavyHitters<uint64_t>(buckets)};
  const ValueCounts<uint64_t> values = std::exchange(values_, ValueCounts<uint64_t>(capacity_));
  values.ForEach([this](uint64_t, uint64_t bits, int64_t count) { Sketch(bits, count); });
}

// Whole numbers beyond 2^53 are rounded, and some of them then are the same.
void NumberProfiler::Widen() {
  ValueCounts<uint64_t> values(capacity_);
  HeavyHitters<uint64_t> frequent(sketches_ ? sketches_->frequent.errors().size() : 1);
  ForEachValue([&](uint64_t bits, int64_t count, int64_t) {
    const double number = NumberOf(bits);
    if (sketches_) {
      frequent.Add(HashNumber(number), BitsOf(number), count);
    } else {
      values.Add(HashNumber(number), BitsOf(number), count);
    }
  });
  if (sketches_) {
    frequent.AddErrors(sketches_->frequent.errors());
    sketches_->frequent = std::move(frequent);
  }
  values_ = std::move(values);
  integers_ = false;
}

// Calls visit(bits, count, error) for each value that is known.
template <typename Visit>
void NumberProfiler::ForEachValue(Visit visit) const {
  values_.ForEach([&](uint64_t, uint64_t bits, int64_t count) { visit(bits, count, 0); });
  if (!sketches_) return;
  sketches_->frequent.ForEach(
      [&](uint64_t, uint64_t bits, int64_t count, int64_t error) { visit(bits, count, error); });
}

void NumberProfiler::Merge(const NumberProfiler& other) {
  if (integers_ && !other.integers_) Widen();
  if (!integers_ && other.integers_) {
    NumberProfiler widened = other;
    widened.Widen();
    return Merge(widened);
  }
  other.values_.ForEach([this](uint64_t hash, uint64_t bits, int64_t count) {
    if (!sketches_ && values_.Add(hash, bits, count)) return;
    StartSketches();
    Sketch(bits, count);
  });
  if (!other.sketches_) return;
  StartSketches();
  sketches_->distinct.Merge(other.sketches_->distinct);
  sketches_->quantiles.Merge(other.sketches_->quantiles);
  sketches_->moments.Merge(other.sketches_->moments);
  sketches_->frequent.Merge(other.sketches_->frequent);
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
  out.set_top_values_exact(!sketches_);
  ListTopValues(out);
}

void NumberProfiler::ListTopValues(v1::ColumnProfile& out) const {
  if (integers_ && out.type() == v1::COLUMN_TYPE_INTEGER) {
    TopValues<int64_t> top;
    ForEachValue([&](uint64_t bits, int64_t count, int64_t error) {
      top.Offer(static_cast<int64_t>(bits), count, error);
    });
    return top.List([](int64_t value) { return absl::StrCat(value); }, out);
  }
  TopValues<double> top;
  ForEachValue([&](uint64_t bits, int64_t count, int64_t error) {
    top.Offer(NumberOf(bits), count, error);
  });
  top.List([&out](double value) { return FormatValue(out.type(), value); }, out);
}

internal::v1::NumberProfileRecord NumberProfiler::ToRecord() const {
  internal::v1::NumberProfileRecord record;
  record.set_integers(integers_);
  internal::v1::ValueCountsRecord* const values =
      sketches_ ? record.mutable_frequent()->mutable_values() : record.mutable_values();
  ForEachValue([values](uint64_t bits, int64_t count, int64_t) {
    values->add_keys(bits);
    values->add_counts(count);
  });
  if (!sketches_) return record;
  *record.mutable_distinct() = sketches_->distinct.ToRecord();
  *record.mutable_quantiles() = sketches_->quantiles.ToRecord();
  *record.mutable_moments() = sketches_->moments.ToRecord();
  const auto& errors = sketches_->frequent.errors();
  record.mutable_frequent()->mutable_errors()->Add(errors.begin(), errors.end());
  return record;
}

std::optional<NumberProfiler> NumberProfiler::FromRecord(
    const internal::v1::NumberProfileRecord& record, size_t capacity) {
  NumberProfiler profiler(capacity);
  profiler.integers_ = record.integers();
  const bool sound =
      record.has_values() ? profiler.ReadCounts(record.values()) : profiler.ReadSketches(record);
  if (!sound) return std::nullopt;
  return profiler;
}

bool NumberProfiler::ReadCounts(const internal::v1::ValueCountsRecord& record) {
  if (!IsSound(record) || record.keys_size() == 0) return false;
  for (int i = 0; i < record.keys_size(); ++i) {
    const uint64_t bits = record.keys(i);
    if (!std::isfinite(NumberOf(bits))) return false;
    if (!values_.Add(HashOf(bits), bits, record.counts(i))) return false;
  }
  return true;
}

bool NumberProfiler::ReadSketches(const internal::v1::NumberProfileRecord& record) {
  auto distinct = HyperLogLog::FromRecord(record.distinct());
  auto quantiles = QuantileSketch::FromRecord(record.quantiles());
  const auto moments = Moments::FromRecord(record.moments());
  const int buckets = record.frequent().errors_size();
  if (!distinct || !quantiles || !moments) return false;
  if (quantiles->count() != moments->count()) return false;
  if (!HeavyHitters<uint64_t>::IsBucketCount(buckets)) return false;
  sketches_ = {*std::move(distinct), *std::move(quantiles), *moments,
               HeavyHitters<uint64_t>(static_cast<size_t>(buckets))};
  return ReadFrequent(record.frequent());
}

bool NumberProfiler::ReadFrequent(const internal::v1::HeavyHittersRecord& record) {
  if (!IsSound(record.values())) return false;
  for (int i = 0; i < record.values().keys_size(); ++i) {
    const uint64_t bits = record.values().keys(i);
    if (!std::isfinite(NumberOf(bits))) return false;
    sketches_->frequent.Add(HashOf(bits), bits, record.values().counts(i));
  }
  return sketches_->frequent.AddErrors(record.errors());
}

}  // namespace serin
