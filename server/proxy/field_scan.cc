#include "server/proxy/field_scan.h"

#include <algorithm>
#include <utility>

namespace serin {
namespace {

enum WireType : uint32_t {
  kVarintType = 0,
  kFixed64 = 1,
  kLengthDelimited = 2,
  kStartGroup = 3,
  kEndGroup = 4,
  kFixed32 = 5,
};

constexpr int kMaxVarintShift = 63;  // Of the tenth byte.
constexpr int kMaxTagShift = 28;     // Of the fifth.

}  // namespace

bool FieldScanner::Feed(absl::string_view piece) {
  while (!piece.empty() && state_ != State::kMalformed) {
    if (state_ == State::kSkip || state_ == State::kCapture) {
      TakeBytes(&piece);
      continue;
    }
    if (at_boundary()) field_start_ = position_;
    ++position_;
    state_ = OnByte(static_cast<uint8_t>(piece[0]));
    piece.remove_prefix(1);
  }
  return state_ != State::kMalformed;
}

FieldScanner::State FieldScanner::OnByte(uint8_t byte) {
  const int last_shift = state_ == State::kTag ? kMaxTagShift : kMaxVarintShift;
  varint_ |= static_cast<uint64_t>(byte & 0x7f) << shift_;
  if (byte >= 0x80) {
    shift_ += 7;
    return shift_ > last_shift ? State::kMalformed : state_;
  }
  shift_ = 0;
  const State next = state_ == State::kTag      ? OnTag()
                     : state_ == State::kLength ? OnLength()
                                                : State::kTag;
  varint_ = 0;
  return next;
}

// Field 0 does not exist. A tag has 32 bits: of the fifth byte protobuf drops what is above them.
FieldScanner::State FieldScanner::OnTag() {
  const auto tag = static_cast<uint32_t>(varint_);
  field_ = tag >> 3;
  if (field_ == 0) return State::kMalformed;
  switch (tag & 7) {
    case kVarintType:
      return State::kVarint;
    case kFixed64:
      return SkipBytes(8);
    case kLengthDelimited:
      return State::kLength;
    case kStartGroup:
      return OpenGroup();
    case kEndGroup:
      return CloseGroup();
    case kFixed32:
      return SkipBytes(4);
    default:
      return State::kMalformed;
  }
}

FieldScanner::State FieldScanner::OnLength() {
  captured_ = depth_ == 0 ? WantedIndex() : kNotWanted;
  if (captured_ == kNotWanted) return SkipBytes(varint_);
  capture_.text.clear();
  capture_.bytes = varint_;
  if (varint_ == 0) {
    values_[captured_] = capture_;
    return State::kTag;
  }
  return SkipBytes(varint_) == State::kMalformed ? State::kMalformed : State::kCapture;
}

FieldScanner::State FieldScanner::SkipBytes(uint64_t bytes) {
  if (bytes > message_bytes_ - position_) return State::kMalformed;
  remaining_ = static_cast<uint32_t>(bytes);
  return bytes == 0 ? State::kTag : State::kSkip;
}

// Groups nest; their open fields stand in a stack of fixed size instead of recursion.
FieldScanner::State FieldScanner::OpenGroup() {
  if (depth_ == kMaxGroupDepth) return State::kMalformed;
  open_[depth_++] = field_;
  return State::kTag;
}

FieldScanner::State FieldScanner::CloseGroup() {
  if (depth_ == 0 || open_[--depth_] != field_) return State::kMalformed;
  return State::kTag;
}

void FieldScanner::TakeBytes(absl::string_view* piece) {
  const absl::string_view bytes = piece->substr(0, remaining_);
  piece->remove_prefix(bytes.size());
  position_ += static_cast<uint32_t>(bytes.size());
  remaining_ -= static_cast<uint32_t>(bytes.size());
  if (state_ == State::kCapture) {
    const size_t room = kMaxValueBytes - capture_.text.size();
    capture_.text.append(bytes.data(), std::min(bytes.size(), room));
    if (remaining_ == 0) std::swap(values_[captured_], capture_);
  }
  if (remaining_ == 0) state_ = State::kTag;
}

size_t FieldScanner::WantedIndex() const {
  return static_cast<size_t>(std::find(wanted_.begin(), wanted_.end(), field_) - wanted_.begin());
}

}  // namespace serin
