#include "core/table/integer_codec.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <vector>

#include "absl/numeric/bits.h"
#include "core/table/bit_packing.h"

namespace serin {
namespace {

// Arithmetic is modulo 2^64, so that no difference overflows.

enum Encoding : uint8_t { kPlain = 0, kFrame = 1, kDelta = 2 };

// Offsets from `base` fit in `bits`.
struct Range {
  int64_t base;
  int bits;
};

class RangeFinder {
 public:
  void Add(int64_t value) {
    min_ = std::min(min_, value);
    max_ = std::max(max_, value);
  }
  Range range() const {
    if (min_ > max_) return Range{0, 0};
    const uint64_t width = static_cast<uint64_t>(max_) - static_cast<uint64_t>(min_);
    return Range{min_, static_cast<int>(absl::bit_width(width))};
  }

 private:
  int64_t min_ = std::numeric_limits<int64_t>::max();
  int64_t max_ = std::numeric_limits<int64_t>::min();
};

int64_t Difference(int64_t a, int64_t b) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) - static_cast<uint64_t>(b));
}

Range RangeOf(absl::Span<const int64_t> values) {
  RangeFinder finder;
  for (const int64_t value : values) finder.Add(value);
  return finder.range();
}

Range RangeOfDifferences(absl::Span<const int64_t> values) {
  RangeFinder finder;
  for (size_t i = 1; i < values.size(); ++i) finder.Add(Difference(values[i], values[i - 1]));
  return finder.range();
}

void AppendRange(const Range& range, std::string& out) {
  AppendPlain(range.base, out);
  AppendPlain(static_cast<uint8_t>(range.bits), out);
}

void AppendFrame(absl::Span<const int64_t> values, const Range& range, std::string& out) {
  std::vector<uint64_t> offsets(values.size());
  for (size_t i = 0; i < values.size(); ++i) {
    offsets[i] = static_cast<uint64_t>(Difference(values[i], range.base));
  }
  AppendPlain<uint8_t>(kFrame, out);
  AppendRange(range, out);
  PackBits(offsets, range.bits, out);
}

void AppendDelta(absl::Span<const int64_t> values, const Range& range, std::string& out) {
  std::vector<uint64_t> offsets(values.size() - 1);
  for (size_t i = 1; i < values.size(); ++i) {
    offsets[i - 1] =
        static_cast<uint64_t>(Difference(Difference(values[i], values[i - 1]), range.base));
  }
  AppendPlain<uint8_t>(kDelta, out);
  AppendPlain(values[0], out);
  AppendRange(range, out);
  PackBits(offsets, range.bits, out);
}

void AppendAsTheyAre(absl::Span<const int64_t> values, std::string& out) {
  AppendPlain<uint8_t>(kPlain, out);
  out.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(int64_t));
}

bool ReadPlain(ByteReader& reader, absl::Span<int64_t> values) {
  absl::string_view bytes;
  if (!reader.ReadBytes(values.size() * sizeof(int64_t), &bytes)) return false;
  if (!values.empty()) std::memcpy(values.data(), bytes.data(), bytes.size());
  return true;
}

// Reads a range and offsets; what they are offsets from is added later.
bool ReadOffsets(ByteReader& reader, absl::Span<int64_t> offsets, uint64_t* base) {
  int64_t signed_base;
  uint8_t bits;
  absl::string_view packed;
  if (!reader.Read(&signed_base) || !reader.Read(&bits) || bits > kMaxPackedBits) return false;
  if (!reader.ReadBytes(PackedBytes(offsets.size(), bits), &packed)) return false;
  *base = static_cast<uint64_t>(signed_base);
  UnpackBits(packed, bits,
             absl::MakeSpan(reinterpret_cast<uint64_t*>(offsets.data()), offsets.size()));
  return true;
}

bool ReadFrame(ByteReader& reader, absl::Span<int64_t> values) {
  uint64_t base;
  if (!ReadOffsets(reader, values, &base)) return false;
  for (int64_t& value : values) value = static_cast<int64_t>(static_cast<uint64_t>(value) + base);
  return true;
}

bool ReadDelta(ByteReader& reader, absl::Span<int64_t> values) {
  uint64_t base;
  if (values.empty() || !reader.Read(&values[0]) ||
      !ReadOffsets(reader, values.subspan(1), &base)) {
    return false;
  }
  auto sum = static_cast<uint64_t>(values[0]);
  for (int64_t& value : values.subspan(1)) {
    sum += static_cast<uint64_t>(value) + base;
    value = static_cast<int64_t>(sum);
  }
  return true;
}

}  // namespace

void AppendIntegers(absl::Span<const int64_t> values, std::string& out) {
  const Range frame = RangeOf(values);
  const Range delta = RangeOfDifferences(values);
  const bool delta_pays = values.size() > 1 && delta.bits < frame.bits;
  if (std::min(frame.bits, delta.bits) > kMaxPackedBits) return AppendAsTheyAre(values, out);
  if (delta_pays) return AppendDelta(values, delta, out);
  if (frame.bits > kMaxPackedBits) return AppendAsTheyAre(values, out);
  AppendFrame(values, frame, out);
}

bool ReadIntegers(ByteReader& reader, absl::Span<int64_t> values) {
  uint8_t encoding;
  if (!reader.Read(&encoding)) return false;
  switch (encoding) {
    case kPlain:
      return ReadPlain(reader, values);
    case kFrame:
      return ReadFrame(reader, values);
    case kDelta:
      return ReadDelta(reader, values);
    default:
      return false;
  }
}

}  // namespace serin
