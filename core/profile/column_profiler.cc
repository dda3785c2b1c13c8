#include "core/profile/column_profiler.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>
#include <vector>

#include "absl/numeric/bits.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"
#include "core/profile/value_hash.h"
#include "core/table/schema.h"

namespace serin {
namespace {

// Rows at a time: what is held of them stays in the nearest cache.
constexpr size_t kBlockRows = 1024;

// Random odd numbers, one per row of a block.
constexpr std::array<uint64_t, kBlockRows> MakeRowWeights() {
  std::array<uint64_t, kBlockRows> weights{};
  RandomBits random(1);
  for (uint64_t& weight : weights) weight = random.Next() | 1;
  return weights;
}
constexpr auto kRowWeights = MakeRowWeights();

constexpr size_t kMostCounted = 4096;  // Different values of a column.

// A power of two.
size_t CapacityOf(size_t total, size_t least, size_t column_count) {
  return absl::bit_floor(
      std::clamp(total / std::max<size_t>(column_count, 1), least, kMostCounted));
}
size_t NumberCapacity(size_t column_count) { return CapacityOf(1 << 20, 256, column_count); }
size_t TextCapacity(size_t column_count) { return CapacityOf(1 << 18, 64, column_count); }

// For the values of a record, which may be of a time when the table had fewer columns.
size_t CapacityFor(const internal::v1::ValueCountsRecord& values, size_t capacity) {
  return std::min(kMostCounted,
                  std::max(capacity, absl::bit_ceil(static_cast<size_t>(values.keys_size()))));
}

bool IsMissing(double value) { return std::isnan(value); }
bool IsMissing(int64_t value) { return value == ColumnData::kMissingInteger; }

// The values of a block that are there, side by side.
struct PresentValues {
  std::array<double, kBlockRows> numbers;
  std::array<uint64_t, kBlockRows> hashes;
  std::array<int64_t, kBlockRows> integers;
  size_t size = 0;

  void Put(double value) { numbers[size] = value + 0.0; }  // -0 is 0.
  void Put(int64_t value) {
    integers[size] = value;
    numbers[size] = static_cast<double>(value);
  }
};

absl::Status WrongType(const v1::ColumnSchema& schema, absl::string_view found) {
  return absl::FailedPreconditionError(absl::StrCat("column ", QuoteForError(schema.name()), " is ",
                                                    TypeName(schema.type()), ", its profile is of ",
                                                    found, ": it has to be read again"));
}

}  // namespace

ColumnProfiler::ColumnProfiler(size_t column_count) : column_count_(column_count) {}

void ColumnProfiler::Add(const ColumnData& column, uint64_t multiplier,
                         absl::Span<uint64_t> row_hashes) {
  if (column.is_string()) return AddTexts(column, multiplier, row_hashes);
  if (column.is_integer()) {
    return AddNumbers(absl::MakeConstSpan(column.integers), multiplier, row_hashes);
  }
  AddNumbers(absl::MakeConstSpan(column.numbers), multiplier, row_hashes);
}

template <typename Value>
void ColumnProfiler::AddNumbers(absl::Span<const Value> values, uint64_t multiplier,
                                absl::Span<uint64_t> row_hashes) {
  std::array<uint64_t, kBlockRows> hashes;
  for (size_t begin = 0; begin < values.size(); begin += kBlockRows) {
    const absl::Span<const Value> block = values.subspan(begin, kBlockRows);
    AddBlock(block, absl::MakeSpan(hashes).first(block.size()));
    MixIn(absl::MakeConstSpan(hashes).first(block.size()), multiplier,
          row_hashes.subspan(begin, block.size()));
  }
}

// Sets the hashes too.
template <typename Value>
void ColumnProfiler::AddBlock(absl::Span<const Value> values, absl::Span<uint64_t> hashes) {
  PresentValues present;
  for (size_t i = 0; i < values.size(); ++i) {
    const bool missing = IsMissing(values[i]);
    hashes[i] = missing ? kMissingHash : HashNumber(values[i]);
    present.Put(values[i]);
    present.hashes[present.size] = hashes[i];
    present.size += missing ? 0 : 1;
  }
  missing_ += static_cast<int64_t>(values.size() - present.size);
  if (present.size == 0) return;
  if (!numbers_) numbers_.emplace(NumberCapacity(column_count_));
  const bool integers = std::is_same_v<Value, int64_t>;
  numbers_->Add({absl::MakeConstSpan(present.numbers).first(present.size),
                 absl::MakeConstSpan(present.hashes).first(present.size),
                 absl::MakeConstSpan(present.integers).first(integers ? present.size : 0)});
}

// Each string of the dictionary is looked at once.
void ColumnProfiler::AddTexts(const ColumnData& column, uint64_t multiplier,
                              absl::Span<uint64_t> row_hashes) {
  // By code + 1, so that the code of a missing value has a place too.
  std::vector<int32_t> counts(column.dictionary.size() + 1);
  for (const int32_t code : column.codes) ++counts[code + 1];
  std::vector<uint64_t> code_hashes(counts.size());
  code_hashes[0] = kMissingHash;
  missing_ += counts[0];
  for (size_t i = 1; i < counts.size(); ++i) {
    if (counts[i] == 0) continue;
    if (!texts_) texts_.emplace(TextCapacity(column_count_));
    const std::string& text = column.dictionary[i - 1];
    code_hashes[i] = HashText(text);
    texts_->Add(code_hashes[i], text, counts[i]);
  }
  std::array<uint64_t, kBlockRows> hashes;
  for (size_t begin = 0; begin < column.codes.size(); begin += kBlockRows) {
    const size_t size = std::min(kBlockRows, column.codes.size() - begin);
    for (size_t i = 0; i < size; ++i) hashes[i] = code_hashes[column.codes[begin + i] + 1];
    MixIn(absl::MakeConstSpan(hashes).first(size), multiplier, row_hashes.subspan(begin, size));
  }
}

void ColumnProfiler::MixIn(absl::Span<const uint64_t> hashes, uint64_t multiplier,
                           absl::Span<uint64_t> row_hashes) {
  uint64_t sum = 0;
  for (size_t i = 0; i < hashes.size(); ++i) {
    const uint64_t hash = hashes[i] - kMissingHash;
    sum += hash * kRowWeights[i];
    row_hashes[i] += hash * multiplier;
  }
  fingerprint_ = MixBits(fingerprint_) + sum;
}

void ColumnProfiler::AddMissing(size_t rows) {
  missing_ += static_cast<int64_t>(rows);
  if (fingerprint_ == 0) return;  // It stays 0: MixBits(0) is.
  for (size_t begin = 0; begin < rows; begin += kBlockRows) fingerprint_ = MixBits(fingerprint_);
}

void ColumnProfiler::Merge(const ColumnProfiler& later) {
  missing_ += later.missing_;
  fingerprint_ = MixBits(fingerprint_) + later.fingerprint_;
  if (later.numbers_) {
    numbers_ ? numbers_->Merge(*later.numbers_) : void(numbers_.emplace(*later.numbers_));
  }
  if (later.texts_) {
    texts_ ? texts_->Merge(*later.texts_) : void(texts_.emplace(*later.texts_));
  }
}

absl::StatusOr<v1::ColumnProfile> ColumnProfiler::Finish(const v1::ColumnSchema& schema) const {
  const bool is_string = ColumnData::IsString(schema.type());
  if (numbers_ && is_string) return WrongType(schema, "numbers");
  if (texts_ && !is_string) return WrongType(schema, "strings");
  if (numbers_ && !numbers_->integers() && schema.type() == v1::COLUMN_TYPE_INTEGER) {
    return WrongType(schema, "numbers with a fraction");
  }
  v1::ColumnProfile out;
  out.set_name(schema.name());
  out.set_type(schema.type());
  out.set_missing(missing_);
  out.set_distinct_exact(true);
  out.set_top_values_exact(true);
  if (numbers_) numbers_->Summarise(out);
  if (texts_) texts_->Summarise(out);
  return out;
}

internal::v1::ColumnProfileRecord ColumnProfiler::ToRecord() const {
  internal::v1::ColumnProfileRecord record;
  record.set_missing(missing_);
  record.set_fingerprint(fingerprint_);
  if (numbers_) *record.mutable_numbers() = numbers_->ToRecord();
  if (texts_) *record.mutable_texts() = texts_->ToRecord();
  return record;
}

std::optional<ColumnProfiler> ColumnProfiler::FromRecord(
    const internal::v1::ColumnProfileRecord& record, size_t column_count) {
  ColumnProfiler profiler(column_count);
  if (record.missing() < 0) return std::nullopt;
  profiler.missing_ = record.missing();
  profiler.fingerprint_ = record.fingerprint();
  if (record.has_numbers()) {
    profiler.numbers_ = NumberProfiler::FromRecord(
        record.numbers(), CapacityFor(record.numbers().values(), NumberCapacity(column_count)));
    if (!profiler.numbers_) return std::nullopt;
  }
  if (record.has_texts()) {
    profiler.texts_ = TextProfiler::FromRecord(
        record.texts(), CapacityFor(record.texts().values(), TextCapacity(column_count)));
    if (!profiler.texts_) return std::nullopt;
  }
  return profiler;
}

}  // namespace serin
