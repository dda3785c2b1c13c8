#ifndef SERIN_CORE_INGEST_STRUCTURAL_SCAN_H_
#define SERIN_CORE_INGEST_STRUCTURAL_SCAN_H_

#include <cstddef>
#include <cstdint>

namespace serin {

// Where the characters are that give a CSV file its structure, as bitmasks of 64 bytes at a time
// (Langdale and Lemire, Parsing Gigabytes of JSON per Second, 2019, do so for JSON).

inline constexpr size_t kScanBlockBytes = 64;

// Bit i is byte i of the block.
struct BlockMasks {
  uint64_t delimiters;
  // LF, and CR that no LF follows: each ends a line. (CRLF is the LF with a CR before it.)
  uint64_t line_ends;
  uint64_t quotes;
};

enum class ScanMethod { kPortable, kAvx2 };

// The fastest that this processor has.
ScanMethod BestScanMethod();

// Scans `blocks` blocks of 64 bytes; one byte more must be readable.
void ScanStructure(ScanMethod method, const char* text, size_t blocks, char delimiter, char quote,
                   BlockMasks* masks);

}  // namespace serin

#endif  // SERIN_CORE_INGEST_STRUCTURAL_SCAN_H_
