#include "core/table/bit_packing.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace serin {
namespace {

constexpr size_t kWord = sizeof(uint64_t);

// Values begin at bytes of their own.
template <typename Value>
void Widen(absl::string_view packed, absl::Span<uint64_t> out) {
  for (size_t i = 0; i < out.size(); ++i) {
    Value value;
    std::memcpy(&value, packed.data() + i * sizeof(Value), sizeof(Value));
    out[i] = value;
  }
}

// Values whose word lies within `bytes`, from number `first` on. Returns the number behind the
// last.
size_t UnpackWords(absl::string_view bytes, int bits, size_t first, absl::Span<uint64_t> out) {
  const auto width = static_cast<size_t>(bits);
  const uint64_t mask = (uint64_t{1} << bits) - 1;
  const size_t end =
      bytes.size() < kWord ? first : std::min(out.size(), (bytes.size() - kWord) * 8 / width + 1);
  for (size_t i = first; i < end; ++i) {
    uint64_t word;
    std::memcpy(&word, bytes.data() + i * width / 8, kWord);
    out[i] = (word >> (i * width % 8)) & mask;
  }
  return std::max(first, end);
}

// The values of the last bytes, which have no whole word behind them.
void UnpackEnd(absl::string_view packed, int bits, size_t first, absl::Span<uint64_t> out) {
  const auto width = static_cast<size_t>(bits);
  const size_t begin = first * width / 8;
  std::array<char, 3 * kWord> padded{};
  std::copy(packed.begin() + static_cast<ptrdiff_t>(begin), packed.end(), padded.begin());
  const uint64_t mask = (uint64_t{1} << bits) - 1;
  for (size_t i = first; i < out.size(); ++i) {
    uint64_t word;
    std::memcpy(&word, padded.data() + (i * width / 8 - begin), kWord);
    out[i] = (word >> (i * width % 8)) & mask;
  }
}

}  // namespace

void PackBits(absl::Span<const uint64_t> values, int bits, std::string& out) {
  const size_t begin = out.size();
  out.resize(begin + PackedBytes(values.size(), bits) + kWord);
  char* to = out.data() + begin;
  uint64_t word = 0;
  int filled = 0;
  for (const uint64_t value : values) {
    word |= value << filled;
    filled += bits;
    std::memcpy(to, &word, kWord);
    to += filled / 8;
    word >>= filled & ~7;
    filled &= 7;
  }
  out.resize(begin + PackedBytes(values.size(), bits));
}

void UnpackBits(absl::string_view packed, int bits, absl::Span<uint64_t> out) {
  switch (bits) {
    case 0:
      return std::fill(out.begin(), out.end(), 0);
    case 8:
      return Widen<uint8_t>(packed, out);
    case 16:
      return Widen<uint16_t>(packed, out);
    case 32:
      return Widen<uint32_t>(packed, out);
    default:
      const size_t next = UnpackWords(packed, bits, 0, out);
      UnpackEnd(packed, bits, next, out);
  }
}

}  // namespace serin
