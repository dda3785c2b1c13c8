#include "core/learn/bin_edges.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <utility>

namespace serin {
namespace {

// Three digits make 32 bits.
constexpr int kDigitBits = 11;
constexpr int kDigits = 3;
constexpr size_t kDigitValues = size_t{1} << kDigitBits;

// Keys in the order of the numbers.
uint32_t KeyOf(float number) {
  const auto bits = std::bit_cast<uint32_t>(number);
  return (bits >> 31) != 0 ? ~bits : bits | 0x80000000u;
}

size_t DigitOf(float number, int digit) {
  return (KeyOf(number) >> (digit * kDigitBits)) % kDigitValues;
}

// Moves the numbers to where their digit belongs, those with the same one in their order.
void Distribute(const std::vector<float>& from, int digit, std::vector<float>* to) {
  std::array<size_t, kDigitValues> ends = {};
  for (const float number : from) ++ends[DigitOf(number, digit)];
  size_t begin = 0;
  for (size_t& end : ends) begin += std::exchange(end, begin);
  for (const float number : from) (*to)[ends[DigitOf(number, digit)]++] = number;
}

// The different numbers, or one more than `max_count` of them.
std::vector<float> Distinct(absl::Span<const float> sorted, size_t max_count) {
  std::vector<float> distinct;
  for (const float number : sorted) {
    if (!distinct.empty() && distinct.back() == number) continue;
    distinct.push_back(number);
    if (distinct.size() > max_count) break;
  }
  return distinct;
}

}  // namespace

void SortFloats(std::vector<float>* numbers, std::vector<float>* scratch) {
  scratch->resize(numbers->size());
  for (int digit = 0; digit < kDigits; ++digit) {
    Distribute(*numbers, digit, scratch);
    numbers->swap(*scratch);
  }
}

std::vector<float> BinEdges(absl::Span<const float> sorted, size_t max_bins) {
  std::vector<float> edges = Distinct(sorted, max_bins);
  if (edges.size() <= max_bins) return edges;
  edges.clear();
  for (size_t bin = 0; bin < max_bins; ++bin)
    edges.push_back(sorted[bin * sorted.size() / max_bins]);
  edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
  return edges;
}

}  // namespace serin
