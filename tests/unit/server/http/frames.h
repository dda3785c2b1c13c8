#ifndef SERIN_TESTS_UNIT_SERVER_HTTP_FRAMES_H_
#define SERIN_TESTS_UNIT_SERVER_HTTP_FRAMES_H_

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

// HTTP/2 frames made and read by hand, as no well-behaved peer would send them.

namespace serin::frames {

enum Type : uint8_t {
  kData = 0,
  kHeaders = 1,
  kPriority = 2,
  kReset = 3,
  kSettings = 4,
  kPing = 6,
  kGoAway = 7,
  kWindowUpdate = 8,
  kContinuation = 9,
  kUnknown = 0xaa,
};

constexpr uint8_t kAck = 1;
constexpr uint8_t kEndStream = 1;
constexpr uint8_t kEndHeaders = 4;

inline const char kPreface[] = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

inline std::string Number(uint32_t value) {
  return {static_cast<char>(value >> 24), static_cast<char>(value >> 16),
          static_cast<char>(value >> 8), static_cast<char>(value)};
}

// Announces `payload.size()` unless another length is given.
inline std::string Frame(uint8_t type, uint8_t flags, uint32_t stream, absl::string_view payload,
                         int64_t length = -1) {
  const auto size = static_cast<uint32_t>(length < 0 ? payload.size() : length);
  std::string frame = Number(size << 8 | type);
  frame.push_back(static_cast<char>(flags));
  frame += Number(stream);
  frame.append(payload.data(), payload.size());
  return frame;
}

inline std::string Settings() { return Frame(kSettings, 0, 0, ""); }

// :method POST, :scheme http, :path /, :authority t, in HPACK.
inline const char kHead[] = "\x83\x86\x84\x01\x01t";

// A field that is not indexed, neither name nor value compressed; both shorter than 127 bytes.
inline std::string Field(absl::string_view name, absl::string_view value) {
  std::string field(1, '\0');
  field.push_back(static_cast<char>(name.size()));
  field.append(name.data(), name.size());
  field.push_back(static_cast<char>(value.size()));
  field.append(value.data(), value.size());
  return field;
}

inline std::string Request(uint32_t stream, absl::string_view fields = "",
                           uint8_t flags = kEndHeaders | kEndStream) {
  std::string block = kHead;
  block.append(fields.data(), fields.size());
  return Frame(kHeaders, flags, stream, block);
}

inline std::string Reset(uint32_t stream, uint32_t error = 8) {
  return Frame(kReset, 0, stream, Number(error));
}

// What came from the peer.
struct Read {
  uint8_t type;
  uint8_t flags;
  uint32_t stream;
  std::string payload;

  // Of RST_STREAM and GOAWAY.
  uint32_t error() const {
    uint32_t value = 0;
    for (size_t i = type == kGoAway ? 4 : 0, end = i + 4; i < end; ++i) {
      value = value << 8 | static_cast<uint8_t>(payload.at(i));
    }
    return value;
  }
};

inline std::vector<Read> Parse(absl::string_view bytes) {
  std::vector<Read> frames;
  const auto byte = [&](size_t i) { return static_cast<uint32_t>(static_cast<uint8_t>(bytes[i])); };
  while (bytes.size() >= 9) {
    const size_t length = byte(0) << 16 | byte(1) << 8 | byte(2);
    const uint32_t stream = byte(5) << 24 | byte(6) << 16 | byte(7) << 8 | byte(8);
    frames.push_back({static_cast<uint8_t>(bytes[3]), static_cast<uint8_t>(bytes[4]), stream,
                      std::string(bytes.substr(9, length))});
    bytes.remove_prefix(std::min(bytes.size(), 9 + length));
  }
  return frames;
}

}  // namespace serin::frames

#endif  // SERIN_TESTS_UNIT_SERVER_HTTP_FRAMES_H_
