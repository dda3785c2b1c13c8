#include "core/profile/text_profiler.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/utf8.h"
#include "core/profile/top_values.h"

namespace serin {

// Profiles stay small whatever the text is.
TextProfiler::Shown::Shown(absl::string_view value) {
  constexpr size_t kLongest = 256;
  text = value.size() <= kLongest ? std::string(value)
                                  : absl::StrCat(Utf8Prefix(value, kLongest), "…");
}

void TextProfiler::Add(uint64_t hash, absl::string_view text, int64_t count) {
  const auto bytes = static_cast<int64_t>(text.size());
  count_ += count;
  min_bytes_ = std::min(min_bytes_, bytes);
  max_bytes_ = std::max(max_bytes_, bytes);
  total_bytes_ += bytes * count;
  Count(hash, text, count);
}

template <typename Source>
void TextProfiler::Count(uint64_t hash, const Source& source, int64_t count) {
  if (!sketches_ && values_.Add(hash, source, count)) return;
  StartSketches();
  sketches_->distinct.Add(hash);
  sketches_->frequent.Add(hash, source, count);
}

// From all values so far.
void TextProfiler::StartSketches() {
  if (sketches_) return;
  const size_t buckets = std::clamp<size_t>(capacity_ / 4, 16, HeavyHitters<Shown>::kBuckets);
  sketches_ = Sketches{.frequent = HeavyHitters<Shown>(buckets)};
  values_.ForEach([this](uint64_t hash, const Shown& shown, int64_t count) {
    sketches_->distinct.Add(hash);
    sketches_->frequent.Add(hash, shown, count);
  });
  values_ = ValueCounts<Shown>(capacity_);
}

// Calls visit(hash, text, count, error) for each value that is known.
template <typename Visit>
void TextProfiler::ForEachValue(Visit visit) const {
  values_.ForEach([&](uint64_t hash, const Shown& shown, int64_t count) {
    visit(hash, absl::string_view(shown.text), count, 0);
  });
  if (!sketches_) return;
  sketches_->frequent.ForEach([&](uint64_t hash, const Shown& shown, int64_t count, int64_t error) {
    visit(hash, absl::string_view(shown.text), count, error);
  });
}

void TextProfiler::Merge(const TextProfiler& other) {
  count_ += other.count_;
  min_bytes_ = std::min(min_bytes_, other.min_bytes_);
  max_bytes_ = std::max(max_bytes_, other.max_bytes_);
  total_bytes_ += other.total_bytes_;
  other.values_.ForEach(
      [this](uint64_t hash, const Shown& shown, int64_t count) { Count(hash, shown, count); });
  if (!other.sketches_) return;
  StartSketches();
  sketches_->distinct.Merge(other.sketches_->distinct);
  sketches_->frequent.Merge(other.sketches_->frequent);
}

void TextProfiler::Summarise(v1::ColumnProfile& out) const {
  out.set_count(count_);
  out.set_distinct_exact(!sketches_);
  out.set_distinct(sketches_ ? sketches_->distinct.EstimateOf(count_)
                             : static_cast<int64_t>(values_.size()));
  out.mutable_text()->set_min_bytes(min_bytes_);
  out.mutable_text()->set_max_bytes(max_bytes_);
  out.mutable_text()->set_mean_bytes(static_cast<double>(total_bytes_) /
                                     static_cast<double>(count_));
  TopValues<absl::string_view> top;
  ForEachValue([&top](uint64_t, absl::string_view text, int64_t count, int64_t error) {
    top.Offer(text, count, error);
  });
  out.set_top_values_exact(!sketches_);
  top.List([](absl::string_view text) { return std::string(text); }, out);
}

internal::v1::TextProfileRecord TextProfiler::ToRecord() const {
  internal::v1::TextProfileRecord record;
  record.set_count(count_);
  record.set_min_bytes(min_bytes_);
  record.set_max_bytes(max_bytes_);
  record.set_total_bytes(total_bytes_);
  internal::v1::ValueCountsRecord* const values =
      sketches_ ? record.mutable_frequent()->mutable_values() : record.mutable_values();
  ForEachValue([values](uint64_t hash, absl::string_view text, int64_t count, int64_t) {
    values->add_keys(hash);
    values->add_counts(count);
    values->add_texts(std::string(text));
  });
  if (!sketches_) return record;
  *record.mutable_distinct() = sketches_->distinct.ToRecord();
  const auto& errors = sketches_->frequent.errors();
  record.mutable_frequent()->mutable_errors()->Add(errors.begin(), errors.end());
  return record;
}

std::optional<TextProfiler> TextProfiler::FromRecord(const internal::v1::TextProfileRecord& record,
                                                     size_t capacity) {
  TextProfiler profiler(capacity);
  profiler.count_ = record.count();
  profiler.min_bytes_ = record.min_bytes();
  profiler.max_bytes_ = record.max_bytes();
  profiler.total_bytes_ = record.total_bytes();
  const bool sound =
      record.has_values() ? profiler.ReadCounts(record.values()) : profiler.ReadSketches(record);
  if (!sound || record.count() <= 0) return std::nullopt;
  return profiler;
}

bool TextProfiler::ReadCounts(const internal::v1::ValueCountsRecord& record) {
  if (!IsSound(record) || record.texts_size() != record.keys_size()) return false;
  for (int i = 0; i < record.keys_size(); ++i) {
    const absl::string_view text = record.texts(i);
    if (!values_.Add(record.keys(i), text, record.counts(i))) return false;
  }
  return true;
}

bool TextProfiler::ReadSketches(const internal::v1::TextProfileRecord& record) {
  auto distinct = HyperLogLog::FromRecord(record.distinct());
  const internal::v1::ValueCountsRecord& values = record.frequent().values();
  if (!distinct || !IsSound(values) || values.texts_size() != values.keys_size()) return false;
  const int buckets = record.frequent().errors_size();
  if (!HeavyHitters<Shown>::IsBucketCount(buckets)) return false;
  sketches_ = {*std::move(distinct), HeavyHitters<Shown>(static_cast<size_t>(buckets))};
  for (int i = 0; i < values.keys_size(); ++i) {
    const absl::string_view text = values.texts(i);
    sketches_->frequent.Add(values.keys(i), text, values.counts(i));
  }
  return sketches_->frequent.AddErrors(record.frequent().errors());
}

}  // namespace serin
