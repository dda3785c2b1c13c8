#ifndef SERIN_SERVER_PROXY_FIELD_SCAN_H_
#define SERIN_SERVER_PROXY_FIELD_SCAN_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace serin {

// Finds a few length-delimited fields of a serialised protobuf message that comes in pieces of any
// size, and steps over all others without looking inside. Keeps nothing but their values, and of
// those at most kMaxValueBytes each. (https://protobuf.dev/programming-guides/encoding)
//
// Agrees with protobuf on every message that protobuf parses: fields may come in any order, the
// last of several wins, the same number with another wire type is another field, unknown fields
// (also groups, at most 100 deep) are skipped.
class FieldScanner {
 public:
  static constexpr size_t kMaxValueBytes = 256;
  static constexpr size_t kMaxWanted = 3;

  struct Value {
    std::string text;    // The first kMaxValueBytes of it.
    uint64_t bytes = 0;  // How long it is.
  };

  // `wanted`: field numbers, 0 for none. `message_bytes`: the size of the whole message.
  FieldScanner(const std::array<uint32_t, kMaxWanted>& wanted, uint32_t message_bytes)
      : wanted_(wanted), message_bytes_(message_bytes) {}

  // Takes the next piece. False, for good, where the message is malformed or a field reaches
  // beyond its end.
  bool Feed(absl::string_view piece);

  uint32_t position() const { return position_; }        // Bytes taken.
  uint32_t field_start() const { return field_start_; }  // Of the field at hand.

  // Between two top-level fields: the message may end here.
  bool at_boundary() const { return state_ == State::kTag && shift_ == 0 && depth_ == 0; }

  // The last value of wanted[i] that was there whole; empty if there was none.
  const Value& value(size_t i) const { return values_[i]; }

 private:
  enum class State { kTag, kLength, kVarint, kSkip, kCapture, kMalformed };

  static constexpr int kMaxGroupDepth = 100;  // protobuf's own default limit.
  static constexpr size_t kNotWanted = kMaxWanted;

  State OnByte(uint8_t byte);
  State OnTag();
  State OnLength();
  State SkipBytes(uint64_t bytes);
  State OpenGroup();
  State CloseGroup();
  void TakeBytes(absl::string_view* piece);
  size_t WantedIndex() const;

  const std::array<uint32_t, kMaxWanted> wanted_;
  const uint32_t message_bytes_;
  uint32_t position_ = 0;
  uint32_t field_start_ = 0;

  State state_ = State::kTag;
  uint64_t varint_ = 0;  // What has been read of one.
  int shift_ = 0;
  uint32_t field_ = 0;            // Of the last tag.
  uint32_t remaining_ = 0;        // Of the value, while it is skipped or captured.
  size_t captured_ = kNotWanted;  // Index of the field being captured.
  Value capture_;

  int depth_ = 0;  // Of groups that are open.
  std::array<uint32_t, kMaxGroupDepth> open_;
  std::array<Value, kMaxWanted> values_;
};

}  // namespace serin

#endif  // SERIN_SERVER_PROXY_FIELD_SCAN_H_
