#ifndef SERIN_SERVER_PREDICT_WIRE_FIELDS_H_
#define SERIN_SERVER_PREDICT_WIRE_FIELDS_H_

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "absl/strings/string_view.h"

namespace serin {

// Takes a serialised protobuf message apart, field by field, whose fields are expected in a known
// order (https://protobuf.dev/programming-guides/encoding). Every Take is false, and has taken
// anything, where what it asks for is not there whole, or is written longer than it has to be.
class WireFields {
 public:
  // The tag of a field below 16.
  enum WireType : uint8_t { kVarint = 0, kFixed64 = 1, kBytes = 2 };
  static constexpr uint8_t Tag(int field, WireType type) {
    return static_cast<uint8_t>(field << 3 | type);
  }

  explicit WireFields(absl::string_view message) : rest_(message) {}

  bool done() const { return rest_.empty(); }
  absl::string_view rest() const { return rest_; }

  // Whether a field of this tag comes next; nothing is taken if it does not.
  bool TakeTag(uint8_t tag) {
    if (rest_.empty() || static_cast<uint8_t>(rest_[0]) != tag) return false;
    rest_.remove_prefix(1);
    return true;
  }

  // The value of a string, of bytes, of a message or of packed numbers: less than 256 MiB.
  bool TakeBytes(absl::string_view* bytes) {
    size_t size = 0;
    if (!TakeSize(&size) || size > rest_.size()) return false;
    *bytes = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return true;
  }

  bool TakeDouble(double* value) {
    if (rest_.size() < sizeof(*value)) return false;
    std::memcpy(value, rest_.data(), sizeof(*value));
    rest_.remove_prefix(sizeof(*value));
    return true;
  }

  // A truth value, or a number of 0 or 1.
  bool TakeBool(bool* value) {
    if (rest_.empty() || static_cast<uint8_t>(rest_[0]) > 1) return false;
    *value = rest_[0] == 1;
    rest_.remove_prefix(1);
    return true;
  }

 private:
  bool TakeSize(size_t* size) {
    if (!rest_.empty() && static_cast<uint8_t>(rest_[0]) < 0x80) {
      *size = static_cast<size_t>(rest_[0]);
      rest_.remove_prefix(1);
      return true;
    }
    return TakeLongSize(size);
  }

  bool TakeLongSize(size_t* size) {
    constexpr size_t kMaxBytes = 4;
    for (size_t i = 0; i < rest_.size() && i < kMaxBytes; ++i) {
      const auto byte = static_cast<uint8_t>(rest_[i]);
      *size |= size_t{byte & 0x7fU} << (7 * i);
      if (byte >= 0x80) continue;
      rest_.remove_prefix(i + 1);
      return true;
    }
    return false;
  }

  absl::string_view rest_;
};

}  // namespace serin

#endif  // SERIN_SERVER_PREDICT_WIRE_FIELDS_H_
