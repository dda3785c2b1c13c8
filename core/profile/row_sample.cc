#include "core/profile/row_sample.h"

#include <algorithm>
#include <cmath>

namespace serin {

void RowSample::Add(absl::Span<const uint64_t> hashes) {
  for (const uint64_t hash : hashes) Add(hash, 1);
}

void RowSample::Add(uint64_t hash, int64_t count) {
  if (!IsSampled(hash)) return;
  counts_[hash] += count;
  if (counts_.size() > kCapacity) RaiseLevel();
}

void RowSample::RaiseLevel() {
  while (counts_.size() > kCapacity && level_ < kMaxLevel) {
    ++level_;
    absl::erase_if(counts_, [this](const auto& entry) { return !IsSampled(entry.first); });
  }
}

void RowSample::Merge(const RowSample& other) {
  if (other.level_ > level_) {
    level_ = other.level_;
    absl::erase_if(counts_, [this](const auto& entry) { return !IsSampled(entry.first); });
  }
  for (const auto& [hash, count] : other.counts_) Add(hash, count);
}

int64_t RowSample::DuplicateCount(int64_t row_count) const {
  constexpr double kStandardErrors = 5;
  int64_t duplicates = 0;
  for (const auto& [hash, count] : counts_) duplicates += count - 1;
  if (exact()) return duplicates;
  const double copies = std::ldexp(static_cast<double>(duplicates), level_);
  const auto sampled = static_cast<double>(counts_.size());
  const double different = std::ldexp(sampled, level_);
  const double others = static_cast<double>(row_count) - different;
  const bool agree =
      std::abs(others - copies) <= kStandardErrors * different / std::sqrt(std::max(sampled, 1.0));
  return std::llround(std::clamp(agree ? copies : others, 0.0, static_cast<double>(row_count)));
}

internal::v1::RowSampleRecord RowSample::ToRecord() const {
  internal::v1::RowSampleRecord record;
  record.set_level(level_);
  for (const auto& [hash, count] : counts_) {
    record.add_hashes(hash);
    record.add_counts(count);
  }
  return record;
}

std::optional<RowSample> RowSample::FromRecord(const internal::v1::RowSampleRecord& record) {
  RowSample sample;
  if (record.level() < 0 || record.level() > kMaxLevel ||
      record.hashes_size() != record.counts_size() ||
      record.hashes_size() > static_cast<int>(kCapacity)) {
    return std::nullopt;
  }
  sample.level_ = record.level();
  for (int i = 0; i < record.hashes_size(); ++i) {
    if (record.counts(i) <= 0 || !sample.IsSampled(record.hashes(i))) return std::nullopt;
    sample.Add(record.hashes(i), record.counts(i));
  }
  return sample;
}

}  // namespace serin
