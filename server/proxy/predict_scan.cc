#include "server/proxy/predict_scan.h"

#include <cstdint>

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "serin/v1/predict_service.pb.h"

// The encoding: https://protobuf.dev/programming-guides/encoding.

namespace serin {
namespace {

enum WireType : uint32_t {
  kVarint = 0,
  kFixed64 = 1,
  kLengthDelimited = 2,
  kStartGroup = 3,
  kEndGroup = 4,
  kFixed32 = 5,
};

// protobuf's own default limit.
constexpr int kMaxGroupDepth = 100;

// Reads forward through a message. Every method is false, and nothing more can be read, when the
// message ends too early or is malformed.
class Reader {
 public:
  explicit Reader(absl::string_view message) : message_(message) {}

  bool AtEnd() const { return position_ == message_.size(); }
  size_t position() const { return position_; }

  bool ReadVarint(uint64_t* value) {
    *value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (AtEnd()) return false;
      const uint64_t byte = static_cast<unsigned char>(message_[position_++]);
      *value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return true;
    }
    return false;
  }

  // Field 0 does not exist, and a tag fits 32 bits in at most 5 bytes.
  bool ReadTag(uint32_t* field, uint32_t* wire_type) {
    const size_t start = position_;
    uint64_t tag;
    if (!ReadVarint(&tag) || tag > UINT32_MAX || position_ - start > 5) return false;
    *field = static_cast<uint32_t>(tag >> 3);
    *wire_type = static_cast<uint32_t>(tag & 7);
    return *field != 0;
  }

  bool ReadBytes(absl::string_view* bytes) {
    uint64_t size;
    if (!ReadVarint(&size) || size > message_.size() - position_) return false;
    *bytes = message_.substr(position_, size);
    position_ += size;
    return true;
  }

  bool Skip(size_t size) {
    if (size > message_.size() - position_) return false;
    position_ += size;
    return true;
  }

  // Steps over the value of a field whose tag was read.
  bool SkipValue(uint32_t field, uint32_t wire_type) {
    uint64_t varint;
    absl::string_view bytes;
    switch (wire_type) {
      case kVarint:
        return ReadVarint(&varint);
      case kFixed64:
        return Skip(8);
      case kLengthDelimited:
        return ReadBytes(&bytes);
      case kStartGroup:
        return SkipGroup(field);
      case kFixed32:
        return Skip(4);
      default:  // An end without a start, or a type that does not exist.
        return false;
    }
  }

 private:
  // Groups nest; their open fields stand in a stack of fixed size instead of recursion.
  bool SkipGroup(uint32_t field) {
    uint32_t open[kMaxGroupDepth];
    int depth = 0;
    open[depth++] = field;
    while (depth > 0) {
      uint32_t wire_type;
      if (!ReadTag(&field, &wire_type)) return false;
      if (wire_type == kStartGroup) {
        if (depth == kMaxGroupDepth) return false;
        open[depth++] = field;
      } else if (wire_type == kEndGroup) {
        if (open[--depth] != field) return false;
      } else if (!SkipValue(field, wire_type)) {
        return false;
      }
    }
    return true;
  }

  const absl::string_view message_;
  size_t position_ = 0;
};

bool ScanField(Reader& reader, PredictHead& head) {
  uint32_t field;
  uint32_t wire_type;
  if (!reader.ReadTag(&field, &wire_type)) return false;
  if (wire_type == kLengthDelimited) {
    if (field == v1::PredictRequest::kModelFieldNumber) return reader.ReadBytes(&head.model);
    if (field == v1::PredictRequest::kKeyFieldNumber) return reader.ReadBytes(&head.key);
  }
  return reader.SkipValue(field, wire_type);
}

}  // namespace

absl::StatusOr<PredictHead> ScanPredictRequest(absl::string_view message) {
  Reader reader(message);
  PredictHead head;
  while (!reader.AtEnd()) {
    const size_t start = reader.position();
    if (ScanField(reader, head)) continue;
    return WithReason(absl::InvalidArgumentError(absl::StrCat(
                          "the message is not a serin.v1.PredictRequest: the field at byte ", start,
                          " of ", message.size(), " is malformed or cut short")),
                      "MALFORMED_MESSAGE");
  }
  return head;
}

}  // namespace serin
