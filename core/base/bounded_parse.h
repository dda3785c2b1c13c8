#ifndef SERIN_CORE_BASE_BOUNDED_PARSE_H_
#define SERIN_CORE_BASE_BOUNDED_PARSE_H_

#include <cstddef>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"

namespace serin {

// Few bytes of protobuf's wire format can become many in memory: an empty message within another
// takes two bytes of a file and some hundred of an object. A message from outside may take
// kParseRoom and kParseGrowth bytes for each of its own, and never more than kMaxParsedBytes.
inline constexpr size_t kParseRoom = size_t{64} << 20;
inline constexpr size_t kParseGrowth = 8;
inline constexpr size_t kMaxParsedBytes = size_t{2} << 30;

// About how much memory the message that `bytes` say will take, found without making it; of bytes
// that are none, as much as those do that come before what is wrong. Stops to count above `limit`.
size_t ParsedBytes(absl::string_view bytes, const google::protobuf::Descriptor& type, size_t limit);

// Makes `message` of any bytes. INVALID_ARGUMENT where they are no such message, RESOURCE_EXHAUSTED
// where it would take more memory than is said above; both read on from what the bytes are:
// "... is no onnx.ModelProto message".
absl::Status ParseBounded(absl::string_view bytes, google::protobuf::Message* message);

}  // namespace serin

#endif  // SERIN_CORE_BASE_BOUNDED_PARSE_H_
