#ifndef SERIN_CORE_TABLE_INTEGER_CODEC_H_
#define SERIN_CORE_TABLE_INTEGER_CODEC_H_

#include <cstdint>
#include <string>

#include "absl/types/span.h"
#include "core/table/byte_reader.h"

// Runs of 64-bit integers in few bytes: plain, as offsets from the least (frame of reference) or as
// offsets of the differences from the least difference (delta), whichever is smallest. FORMAT.md
// has the bytes. See Lemire and Boytsov, Decoding billions of integers per second through
// vectorization (2015).

namespace serin {

void AppendIntegers(absl::Span<const int64_t> values, std::string& out);

// Fills `values` from as many integers as were appended; false where the bytes are none.
[[nodiscard]] bool ReadIntegers(ByteReader& reader, absl::Span<int64_t> values);

}  // namespace serin

#endif  // SERIN_CORE_TABLE_INTEGER_CODEC_H_
