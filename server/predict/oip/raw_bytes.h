#ifndef SERIN_SERVER_PREDICT_OIP_RAW_BYTES_H_
#define SERIN_SERVER_PREDICT_OIP_RAW_BYTES_H_

#include <string>
#include <vector>

#include "absl/numeric/int128.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace serin {

// The elements of a raw BYTES tensor: each behind its length in 4 bytes, little endian. They point
// into `raw`. INVALID_ARGUMENT, reading on from where `raw` stands, unless there are exactly
// `count`.
absl::StatusOr<std::vector<absl::string_view>> ReadRawBytes(absl::string_view raw,
                                                            absl::uint128 count);

void AppendRawBytes(absl::string_view element, std::string* raw);

// A number of elements, in digits.
std::string ShowCount(absl::uint128 count);

}  // namespace serin

#endif  // SERIN_SERVER_PREDICT_OIP_RAW_BYTES_H_
