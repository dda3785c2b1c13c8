#include "server/http/reset_scanner.h"

#include <algorithm>
#include <utility>

namespace serin {
namespace {

constexpr char kRstStream = 3;

// A number in network order of `size` bytes.
uint32_t NumberAt(absl::string_view bytes, size_t at, size_t size) {
  uint32_t number = 0;
  for (size_t i = at; i < at + size; ++i) number = number << 8 | static_cast<uint8_t>(bytes[i]);
  return number;
}

uint32_t LengthOf(absl::string_view frame) { return NumberAt(frame, 0, 3); }

uint32_t StreamOf(absl::string_view frame) { return NumberAt(frame, 5, 4) & 0x7fffffff; }

absl::string_view TakeFront(absl::string_view* bytes, size_t size) {
  const absl::string_view front = bytes->substr(0, size);
  bytes->remove_prefix(front.size());
  return front;
}

}  // namespace

bool ResetScanner::IsReset(absl::string_view frame) {
  return frame[3] == kRstStream && LengthOf(frame) == kReset - kHead;
}

size_t ResetScanner::Wanted(absl::string_view frame) {
  return frame.size() >= kHead && IsReset(frame) ? kReset : kHead;
}

ResetScanner::Piece ResetScanner::Next(absl::string_view* bytes) {
  if (kept_size_ > 0) return TakeKept(bytes);
  size_t at = 0;
  while (true) {
    const size_t skipped = std::min(skip_, bytes->size() - at);
    skip_ -= skipped;
    at += skipped;
    const absl::string_view frame = bytes->substr(at);
    if (frame.empty()) return {TakeFront(bytes, at)};
    if (frame.size() < Wanted(frame)) {
      Keep(frame);
      const absl::string_view before = TakeFront(bytes, at);
      *bytes = {};
      return {before};
    }
    if (IsReset(frame)) {
      if (at > 0) return {TakeFront(bytes, at)};
      return {TakeFront(bytes, kReset), StreamOf(frame)};
    }
    skip_ = kHead + LengthOf(frame);
  }
}

void ResetScanner::Keep(absl::string_view begin) {
  std::copy(begin.begin(), begin.end(), kept_.begin() + kept_size_);
  kept_size_ += begin.size();
}

ResetScanner::Piece ResetScanner::TakeKept(absl::string_view* bytes) {
  absl::string_view frame;
  do {  // Once for the head, and once more if that is a reset's.
    frame = {kept_.data(), kept_size_};
    Keep(TakeFront(bytes, Wanted(frame) - kept_size_));
    frame = {kept_.data(), kept_size_};
  } while (frame.size() < Wanted(frame) && !bytes->empty());
  if (frame.size() < Wanted(frame)) return {};
  kept_size_ = 0;
  if (IsReset(frame)) return {frame, StreamOf(frame)};
  skip_ = LengthOf(frame);
  return {frame};
}

}  // namespace serin
