#include "core/profile/quantile_sketch.h"

#include <algorithm>
#include <boost/sort/pdqsort/pdqsort.hpp>
#include <cmath>
#include <utility>

#include "core/profile/value_hash.h"

namespace serin {
namespace {

void MergeEqual(std::vector<WeightedValue>& sorted) {
  size_t last = 0;
  for (size_t i = 1; i < sorted.size(); ++i) {
    if (sorted[i].value == sorted[last].value) {
      sorted[last].count += sorted[i].count;
    } else {
      sorted[++last] = sorted[i];
    }
  }
  sorted.resize(std::min(sorted.size(), last + 1));
}

// Adds values 0, 2, 4, ... of `from` to `into`; both are sorted.
void MergeEveryOther(absl::Span<const double> from, std::vector<double>& into) {
  size_t kept = into.size();
  size_t taken = (from.size() + 1) / 2;
  into.resize(kept + taken);
  // From the end, where there is room.
  while (taken > 0) {
    const double next = from[2 * (taken - 1)];
    const bool is_kept = kept > 0 && into[kept - 1] > next;
    into[kept + taken - 1] = is_kept ? into[kept - 1] : next;
    kept -= is_kept ? 1 : 0;
    taken -= is_kept ? 0 : 1;
  }
}

bool AllFinite(const google::protobuf::RepeatedField<double>& values) {
  return std::all_of(values.begin(), values.end(),
                     [](double value) { return std::isfinite(value); });
}

}  // namespace

void QuantileSketch::Add(absl::Span<const double> values) {
  if (values.empty()) return;
  count_ += static_cast<int64_t>(values.size());
  TakeExtremes(values);
  while (!values.empty()) {
    if (first_level_ == 0) {
      values.remove_prefix(AddToLowest(values));
    } else {
      values.remove_prefix(DrawFromGroup(values));
    }
  }
}

void QuantileSketch::Add(double value, int64_t count) {
  count_ += count;
  TakeExtremes({&value, 1});
  Draw(value, count);
}

// Four lanes, as in Moments.
void QuantileSketch::TakeExtremes(absl::Span<const double> values) {
  double least[4] = {min_, min_, min_, min_};
  double greatest[4] = {max_, max_, max_, max_};
  size_t i = 0;
  for (; i + 4 <= values.size(); i += 4) {
    for (int lane = 0; lane < 4; ++lane) {
      least[lane] = std::min(least[lane], values[i + lane]);
      greatest[lane] = std::max(greatest[lane], values[i + lane]);
    }
  }
  for (; i < values.size(); ++i) {
    least[0] = std::min(least[0], values[i]);
    greatest[0] = std::max(greatest[0], values[i]);
  }
  min_ = *std::min_element(least, least + 4);
  max_ = *std::max_element(greatest, greatest + 4);
}

size_t QuantileSketch::CapacityOf(size_t level) const {
  if (level == 0) return kLowestCapacity;
  constexpr double kRatio = 2.0 / 3;
  const auto below_highest = static_cast<double>(levels_.size() - 1 - level);
  return static_cast<size_t>(kHighestCapacity * std::pow(kRatio, below_highest));
}

// How many of the values it took.
size_t QuantileSketch::AddToLowest(absl::Span<const double> values) {
  std::vector<double>& lowest = levels_.front();
  const size_t taken = std::min(values.size(), kLowestCapacity - lowest.size());
  lowest.insert(lowest.end(), values.begin(), values.begin() + static_cast<ptrdiff_t>(taken));
  if (lowest.size() == kLowestCapacity) CompactWhereFull();
  return taken;
}

// How many of the values it took.
size_t QuantileSketch::DrawFromGroup(absl::Span<const double> values) {
  const auto missing = static_cast<size_t>(Weight(0) - pending_count_);
  const size_t taken = std::min(values.size(), missing);
  pending_count_ += static_cast<int64_t>(taken);
  const size_t drawn = random_.Below(static_cast<uint32_t>(pending_count_));
  if (drawn < taken) pending_value_ = values[drawn];
  EndGroupWhereFull();
  return taken;
}

void QuantileSketch::Draw(double value, int64_t count) {
  while (count > 0) {
    const int64_t taken = std::min(count, Weight(0) - pending_count_);
    pending_count_ += taken;
    count -= taken;
    if (random_.Below(static_cast<uint32_t>(pending_count_)) < taken) pending_value_ = value;
    EndGroupWhereFull();
  }
}

void QuantileSketch::EndGroupWhereFull() {
  if (pending_count_ < Weight(0)) return;
  pending_count_ = 0;
  levels_.front().push_back(pending_value_);
  if (levels_.front().size() >= kLowestCapacity) CompactWhereFull();
}

void QuantileSketch::CompactWhereFull() {
  do {
    for (size_t level = 0; level < levels_.size(); ++level) {
      if (levels_[level].size() >= CapacityOf(level)) Compact(level);
    }
    if (levels_.size() > kLevels) GiveUpLowestLevel();
  } while (levels_.size() > kLevels || levels_.front().size() >= kLowestCapacity);
}

// Leaves one value behind where their number is odd.
void QuantileSketch::Compact(size_t level) {
  if (level + 1 == levels_.size()) levels_.emplace_back();
  std::vector<double>& full = levels_[level];
  std::vector<double>& next = levels_[level + 1];
  if (full.size() < 2) return;
  if (level == 0) boost::sort::pdqsort_branchless(full.begin(), full.end());
  // The chance also hangs on the values: that of parts to be merged must not be the same.
  const size_t pairs_end = full.size() / 2 * 2;
  const uint64_t chance = MixBits(random_.Next() ^ BitsOf(full[full.size() / 2]));
  MergeEveryOther(absl::MakeConstSpan(full).first(pairs_end).subspan(chance & 1), next);
  full.erase(full.begin(), full.begin() + static_cast<ptrdiff_t>(pairs_end));
}

void QuantileSketch::GiveUpLowestLevel() {
  Compact(0);
  const std::vector<double> left = std::move(levels_.front());
  const int64_t weight = Weight(0);
  levels_.erase(levels_.begin());
  ++first_level_;
  for (const double value : left) Draw(value, weight);
}

void QuantileSketch::Merge(const QuantileSketch& other) {
  QuantileSketch finer = other;
  if (finer.first_level_ > first_level_) std::swap(*this, finer);
  count_ += finer.count_;
  min_ = std::min(min_, finer.min_);
  max_ = std::max(max_, finer.max_);
  for (size_t level = 0; level < finer.levels_.size(); ++level) {
    MergeLevel(finer.first_level_ + static_cast<int>(level), finer.levels_[level]);
  }
  Draw(finer.pending_value_, finer.pending_count_);
  CompactWhereFull();
}

void QuantileSketch::MergeLevel(int height, std::vector<double>& values) {
  if (height < first_level_) {
    for (const double value : values) Draw(value, int64_t{1} << height);
    return;
  }
  const auto level = static_cast<size_t>(height - first_level_);
  while (level >= levels_.size()) levels_.emplace_back();
  std::vector<double>& mine = levels_[level];
  mine.insert(mine.end(), values.begin(), values.end());
  boost::sort::pdqsort_branchless(mine.begin(), mine.end());
}

std::vector<WeightedValue> QuantileSketch::Sorted() const {
  std::vector<WeightedValue> sorted;
  for (size_t level = 0; level < levels_.size(); ++level) {
    for (const double value : levels_[level]) sorted.push_back({value, Weight(level)});
  }
  if (pending_count_ > 0) sorted.push_back({pending_value_, pending_count_});
  if (sorted.empty()) return sorted;
  const auto by_value = [](const auto& a, const auto& b) { return a.value < b.value; };
  std::sort(sorted.begin(), sorted.end(), by_value);
  // One of the values that the least of the sample stands for is the least of all; so with the
  // greatest.
  --sorted.front().count;
  sorted.insert(sorted.begin(), {min_, 1});
  if (sorted.back().count > 0) {
    --sorted.back().count;
    sorted.push_back({max_, 1});
  }
  std::erase_if(sorted, [](const WeightedValue& entry) { return entry.count == 0; });
  MergeEqual(sorted);
  return sorted;
}

internal::v1::QuantileSketchRecord QuantileSketch::ToRecord() const {
  internal::v1::QuantileSketchRecord record;
  for (const std::vector<double>& level : levels_) {
    record.add_levels()->mutable_values()->Add(level.begin(), level.end());
  }
  record.set_first_level(first_level_);
  record.set_count(count_);
  record.set_min(min_);
  record.set_max(max_);
  record.set_pending_count(pending_count_);
  record.set_pending_value(pending_value_);
  return record;
}

std::optional<QuantileSketch> QuantileSketch::FromRecord(
    const internal::v1::QuantileSketchRecord& record) {
  QuantileSketch sketch;
  const int level_count = record.levels_size();
  const bool framed = level_count >= 1 && level_count <= static_cast<int>(kLevels) &&
                      record.first_level() >= 0 && record.first_level() <= kHighestFirstLevel;
  if (!framed) return std::nullopt;
  sketch.levels_.clear();
  for (const auto& level : record.levels()) {
    if (!AllFinite(level.values())) return std::nullopt;
    std::vector<double>& values =
        sketch.levels_.emplace_back(level.values().begin(), level.values().end());
    std::sort(values.begin(), values.end());
  }
  sketch.first_level_ = record.first_level();
  sketch.count_ = record.count();
  sketch.min_ = record.min();
  sketch.max_ = record.max();
  sketch.pending_count_ = record.pending_count();
  sketch.pending_value_ = record.pending_value();
  sketch.random_ = RandomBits(static_cast<uint64_t>(record.count()));
  if (!sketch.IsSound()) return std::nullopt;
  sketch.CompactWhereFull();
  return sketch;
}

bool QuantileSketch::IsSound() const {
  int64_t weight = pending_count_;
  for (size_t level = 0; level < levels_.size(); ++level) {
    weight += Weight(level) * static_cast<int64_t>(levels_[level].size());
  }
  return count_ > 0 && weight == count_ && pending_count_ >= 0 && pending_count_ < Weight(0) &&
         std::isfinite(pending_value_) && std::isfinite(min_) && std::isfinite(max_) &&
         min_ <= max_;
}

}  // namespace serin
