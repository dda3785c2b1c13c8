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
  if (!distinct_ && values_.Add(hash, source, count)) return;
  StartSketch();
  distinct_->Add(hash);
  CountFrequent(hash, source, count);
}

template <typename Source>
void TextProfiler::CountFrequent(uint64_t hash, const Source& source, int64_t count) {
  if (values_.Add(hash, source, count)) return;
  values_.Shrink();
  values_.Add(hash, source, count);
}

// From all values so far.
void TextProfiler::StartSketch() {
  if (distinct_) return;
  distinct_.emplace();
  values_.ForEach([&](uint64_t hash, const Shown&, int64_t) { distinct_->Add(hash); });
}

void TextProfiler::Merge(const TextProfiler& other) {
  count_ += other.count_;
  min_bytes_ = std::min(min_bytes_, other.min_bytes_);
  max_bytes_ = std::max(max_bytes_, other.max_bytes_);
  total_bytes_ += other.total_bytes_;
  if (other.distinct_) {
    StartSketch();
    distinct_->Merge(*other.distinct_);
  }
  other.values_.ForEach([&](uint64_t hash, const Shown& shown, int64_t count) {
    other.distinct_ ? CountFrequent(hash, shown, count) : Count(hash, shown, count);
  });
  values_.AddError(other.values_.error());
}

void TextProfiler::Summarise(v1::ColumnProfile& out) const {
  out.set_count(count_);
  out.set_distinct_exact(!distinct_);
  out.set_distinct(distinct_ ? distinct_->EstimateOf(count_)
                             : static_cast<int64_t>(values_.size()));
  out.mutable_text()->set_min_bytes(min_bytes_);
  out.mutable_text()->set_max_bytes(max_bytes_);
  out.mutable_text()->set_mean_bytes(static_cast<double>(total_bytes_) /
                                     static_cast<double>(count_));
  AddTopValues(
      values_, [](const Shown& shown) { return absl::string_view(shown.text); },
      [](absl::string_view text) { return std::string(text); }, out);
}

internal::v1::TextProfileRecord TextProfiler::ToRecord() const {
  internal::v1::TextProfileRecord record;
  record.mutable_values()->set_error(values_.error());
  values_.ForEach([&](uint64_t hash, const Shown& shown, int64_t count) {
    record.mutable_values()->add_keys(hash);
    record.mutable_values()->add_counts(count);
    record.mutable_values()->add_texts(shown.text);
  });
  if (distinct_) *record.mutable_distinct() = distinct_->ToRecord();
  record.set_count(count_);
  record.set_min_bytes(min_bytes_);
  record.set_max_bytes(max_bytes_);
  record.set_total_bytes(total_bytes_);
  return record;
}

std::optional<TextProfiler> TextProfiler::FromRecord(const internal::v1::TextProfileRecord& record,
                                                     size_t capacity) {
  TextProfiler profiler(capacity);
  if (record.count() <= 0 || !profiler.ReadValues(record.values())) return std::nullopt;
  profiler.count_ = record.count();
  profiler.min_bytes_ = record.min_bytes();
  profiler.max_bytes_ = record.max_bytes();
  profiler.total_bytes_ = record.total_bytes();
  if (record.values().error() == 0) return profiler;
  profiler.distinct_ = HyperLogLog::FromRecord(record.distinct());
  if (!profiler.distinct_) return std::nullopt;
  return profiler;
}

bool TextProfiler::ReadValues(const internal::v1::FrequentValuesRecord& record) {
  if (!IsSound(record) || record.texts_size() != record.keys_size()) return false;
  for (int i = 0; i < record.keys_size(); ++i) {
    const absl::string_view text = record.texts(i);
    if (!values_.Add(record.keys(i), text, record.counts(i))) return false;
  }
  values_.AddError(record.error());
  return true;
}

}  // namespace serin
