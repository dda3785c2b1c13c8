#include "core/ingest/structural_scan.h"

#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace serin {
namespace {

// CRs that end a line by themselves: those that no LF follows, in this block or at the next byte.
uint64_t LoneReturns(uint64_t returns, uint64_t feeds, char next) {
  const uint64_t followed = (feeds >> 1) | (static_cast<uint64_t>(next == '\n') << 63);
  return returns & ~followed;
}

// The bytes of `word` that equal `c`, as the lowest 8 bits. No carry between bytes: exact.
uint64_t EqualBytes(uint64_t word, char c) {
  constexpr uint64_t kOnes = 0x0101010101010101;
  constexpr uint64_t kLow = 0x7f7f7f7f7f7f7f7f;
  const uint64_t difference = word ^ (kOnes * static_cast<unsigned char>(c));
  const uint64_t zero = ~(((difference & kLow) + kLow) | difference | kLow);
  return ((zero >> 7) * 0x0102040810204080) >> 56;
}

void ScanPortable(const char* text, size_t blocks, char delimiter, char quote, BlockMasks* masks) {
  for (size_t block = 0; block < blocks; ++block, text += kScanBlockBytes) {
    uint64_t delimiters = 0;
    uint64_t feeds = 0;
    uint64_t returns = 0;
    uint64_t quotes = 0;
    for (int i = 0; i < 8; ++i) {
      uint64_t word;
      std::memcpy(&word, text + 8 * i, sizeof(word));
      delimiters |= EqualBytes(word, delimiter) << (8 * i);
      feeds |= EqualBytes(word, '\n') << (8 * i);
      returns |= EqualBytes(word, '\r') << (8 * i);
      quotes |= EqualBytes(word, quote) << (8 * i);
    }
    masks[block] = {delimiters, feeds | LoneReturns(returns, feeds, text[kScanBlockBytes]), quotes};
  }
}

#if defined(__x86_64__)

__attribute__((target("avx2"))) inline uint64_t EqualBytes(__m256i low, __m256i high, __m256i c) {
  const auto first = static_cast<uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(low, c)));
  const auto second = static_cast<uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(high, c)));
  return first | (static_cast<uint64_t>(second) << 32);
}

__attribute__((target("avx2"))) void ScanAvx2(const char* text, size_t blocks, char delimiter,
                                              char quote, BlockMasks* masks) {
  const __m256i delimiters = _mm256_set1_epi8(delimiter);
  const __m256i quotes = _mm256_set1_epi8(quote);
  const __m256i feeds = _mm256_set1_epi8('\n');
  const __m256i returns = _mm256_set1_epi8('\r');
  for (size_t block = 0; block < blocks; ++block, text += kScanBlockBytes) {
    const __m256i low = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(text));
    const __m256i high = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(text + 32));
    const uint64_t feed = EqualBytes(low, high, feeds);
    const uint64_t lone = LoneReturns(EqualBytes(low, high, returns), feed, text[kScanBlockBytes]);
    masks[block] = {EqualBytes(low, high, delimiters), feed | lone, EqualBytes(low, high, quotes)};
  }
}

#endif

}  // namespace

ScanMethod BestScanMethod() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2")) return ScanMethod::kAvx2;
#endif
  return ScanMethod::kPortable;
}

void ScanStructure(ScanMethod method, const char* text, size_t blocks, char delimiter, char quote,
                   BlockMasks* masks) {
#if defined(__x86_64__)
  if (method == ScanMethod::kAvx2) return ScanAvx2(text, blocks, delimiter, quote, masks);
#endif
  static_cast<void>(method);
  ScanPortable(text, blocks, delimiter, quote, masks);
}

}  // namespace serin
