#include "core/monitor/drift_counter.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "absl/hash/hash.h"
#include "core/base/clock.h"
#include "core/base/memory_bytes.h"

namespace serin {
namespace {

using internal::v1::ColumnDistribution;
using internal::v1::VersionDistribution;

constexpr size_t kMaxRowsPerCall = 128;

int64_t WindowOf(absl::Time time) {
  return absl::ToUnixSeconds(time) / absl::ToInt64Seconds(DriftCounter::kWindow);
}

bool HasBins(const ColumnDistribution& distribution) {
  const int bins = std::max(distribution.bounds_size(), distribution.categories_size()) + 1;
  return distribution.counts_size() == bins &&
         std::is_sorted(distribution.bounds().begin(), distribution.bounds().end());
}

}  // namespace

bool DriftCounter::Fits(const internal::v1::TrainingProfile& profile,
                        const internal::v1::Predictor& model) {
  return profile.features_size() == model.features().columns_size() &&
         std::all_of(profile.features().begin(), profile.features().end(), HasBins) &&
         HasBins(profile.prediction());
}

DriftCounter::DriftCounter(internal::v1::TrainingProfile profile,
                           const internal::v1::Predictor& model)
    : profile_(std::move(profile)) {
  for (const ColumnDistribution& feature : profile_.features()) bins_.emplace_back(feature);
  bins_.emplace_back(profile_.prediction());
  for (const ColumnBins& bins : bins_) {
    begins_.push_back(count_size_);
    count_size_ += bins.size();
  }
  for (const std::string& name : model.classes()) {
    class_bins_.push_back(bins_.back().BinOf(absl::string_view(name)));
  }
}

size_t DriftCounter::memory_bytes() const {
  constexpr size_t kWindows = 2;
  return sizeof(*this) + 2 * profile_.SpaceUsedLong() + HeapBytes(begins_) +
         HeapBytes(class_bins_) + shards_.size() * kWindows * count_size_ * sizeof(int64_t);
}

void DriftCounter::Add(const Table& features, absl::Span<const double> outputs, absl::Time now) {
  const size_t rows = features.row_count();
  const size_t counted = std::min(rows, kMaxRowsPerCall);
  const size_t output_count = std::max<size_t>(1, class_bins_.size());
  Shard& shard = shards_[absl::HashOf(std::this_thread::get_id()) % shards_.size()];
  absl::MutexLock lock(&shard.mutex);
  Window& window = Current(shard, now);
  for (size_t i = 0; i < counted; ++i) {
    const size_t row = i * rows / counted;
    CountRow(features, row, outputs.subspan(row * output_count, output_count), window);
  }
  window.rows += static_cast<int64_t>(counted);
}

DriftCounter::Window& DriftCounter::Current(Shard& shard, absl::Time now) const {
  const int64_t number = WindowOf(now);
  Window& window = shard.windows[static_cast<size_t>(number % 2)];
  if (window.number != number || window.counts.empty()) {
    window = {number, now, 0, std::vector<int64_t>(count_size_)};
  }
  return window;
}

void DriftCounter::CountRow(const Table& features, size_t row, absl::Span<const double> outputs,
                            Window& window) const {
  for (size_t i = 0; i < features.columns.size(); ++i) {
    ++window.counts[begins_[i] + bins_[i].BinOf(features.columns[i], row)];
  }
  ++window.counts[begins_.back() + BinOfAnswer(outputs)];
}

size_t DriftCounter::BinOfAnswer(absl::Span<const double> outputs) const {
  if (class_bins_.empty()) return bins_.back().BinOf(outputs[0]);
  return class_bins_[std::max_element(outputs.begin(), outputs.end()) - outputs.begin()];
}

VersionDistribution DriftCounter::Counts(absl::Time now) const {
  const int64_t oldest = WindowOf(now) - 1;
  std::vector<int64_t> counts(count_size_);
  absl::Time first = absl::InfiniteFuture();
  VersionDistribution distribution;
  for (const Shard& shard : shards_) {
    absl::MutexLock lock(&shard.mutex);
    for (const Window& window : shard.windows) {
      if (window.counts.empty() || window.number < oldest) continue;
      distribution.set_row_count(distribution.row_count() + window.rows);
      first = std::min(first, window.first);
      for (size_t i = 0; i < counts.size(); ++i) counts[i] += window.counts[i];
    }
  }
  if (distribution.row_count() > 0) *distribution.mutable_start_time() = ToProto(first);
  for (size_t column = 0; column < bins_.size(); ++column) {
    auto& out = column + 1 == bins_.size() ? *distribution.mutable_prediction()
                                           : *distribution.add_features();
    const auto begin = counts.begin() + static_cast<std::ptrdiff_t>(begins_[column]);
    out.mutable_counts()->Add(begin, begin + static_cast<std::ptrdiff_t>(bins_[column].missing()));
    out.set_missing(begin[static_cast<std::ptrdiff_t>(bins_[column].missing())]);
  }
  return distribution;
}

}  // namespace serin
