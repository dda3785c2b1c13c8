#include "core/base/bounded_parse.h"

#include <algorithm>
#include <cstdint>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/descriptor.pb.h"

namespace serin {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

enum WireType : uint32_t {
  kVarint = 0,
  kFixed64 = 1,
  kDelimited = 2,
  kGroup = 3,
  kGroupEnd = 4,
  kFixed32 = 5
};

// Of a field that the message does not know, which is kept.
constexpr size_t kUnknownBytes = 16;
constexpr size_t kPointerBytes = sizeof(void*);
// A node of a map, without texts and messages.
constexpr size_t kMapEntryBytes = 64;
// As deep as protobuf's own parser goes.
constexpr int kMaxDepth = 100;

// The number at the front, which is taken off; false where there is none.
bool TakeVarint(absl::string_view* bytes, uint64_t* number) {
  *number = 0;
  for (int shift = 0; shift < 64 && !bytes->empty(); shift += 7) {
    const auto byte = static_cast<uint8_t>(bytes->front());
    bytes->remove_prefix(1);
    *number |= static_cast<uint64_t>(byte & 0x7f) << shift;
    if (byte < 0x80) return true;
  }
  return false;
}

bool Skip(uint64_t count, absl::string_view* bytes) {
  if (count > bytes->size()) return false;
  bytes->remove_prefix(count);
  return true;
}

size_t ElementBytes(const FieldDescriptor& field) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return sizeof(bool);
    case FieldDescriptor::CPPTYPE_INT32:
    case FieldDescriptor::CPPTYPE_UINT32:
    case FieldDescriptor::CPPTYPE_ENUM:
    case FieldDescriptor::CPPTYPE_FLOAT:
      return sizeof(int32_t);
    default:
      return sizeof(int64_t);
  }
}

// Whether elements of packed lists take as many bytes on the wire as in memory.
bool IsFixed(const FieldDescriptor& field) {
  switch (field.type()) {
    case FieldDescriptor::TYPE_FLOAT:
    case FieldDescriptor::TYPE_DOUBLE:
    case FieldDescriptor::TYPE_FIXED32:
    case FieldDescriptor::TYPE_FIXED64:
    case FieldDescriptor::TYPE_SFIXED32:
    case FieldDescriptor::TYPE_SFIXED64:
      return true;
    default:
      return false;
  }
}

size_t PackedBytes(const FieldDescriptor& field, absl::string_view list) {
  if (IsFixed(field)) return list.size();
  const auto ends =
      std::count_if(list.begin(), list.end(), [](char byte) { return (byte & 0x80) == 0; });
  return static_cast<size_t>(ends) * ElementBytes(field);
}

// Adds up what the fields of a message take, and of those within it.
class ParsedSize {
 public:
  explicit ParsedSize(size_t limit) : limit_(limit) {}

  size_t bytes() const { return bytes_; }

  void AddMessage(const Descriptor& type, absl::string_view fields, int depth) {
    bytes_ += BytesOf(type);
    uint64_t tag = 0;
    while (bytes_ <= limit_ && depth <= kMaxDepth && !fields.empty() && TakeVarint(&fields, &tag)) {
      const FieldDescriptor* field = type.FindFieldByNumber(static_cast<int>(tag >> 3));
      if (!AddField(field, static_cast<uint32_t>(tag & 7), depth, &fields)) return;
    }
  }

 private:
  // False where the rest is not worth looking at: it is no message.
  bool AddField(const FieldDescriptor* field, uint32_t wire_type, int depth,
                absl::string_view* rest) {
    if (wire_type == kDelimited) return AddDelimited(field, depth, rest);
    if (field == nullptr) {
      bytes_ += kUnknownBytes;
    } else if (field->is_repeated()) {
      bytes_ += ElementBytes(*field);
    }
    uint64_t number = 0;
    switch (wire_type) {
      case kVarint:
        return TakeVarint(rest, &number);
      case kFixed64:
        return Skip(sizeof(uint64_t), rest);
      case kFixed32:
        return Skip(sizeof(uint32_t), rest);
      case kGroup:
        // Of fields that no message of ours knows: those within it are counted as if outside.
        bytes_ += kUnknownBytes + kPointerBytes;
        return true;
      default:
        return wire_type == kGroupEnd;
    }
  }

  bool AddDelimited(const FieldDescriptor* field, int depth, absl::string_view* rest) {
    uint64_t length = 0;
    if (!TakeVarint(rest, &length) || length > rest->size()) return false;
    const absl::string_view content = rest->substr(0, length);
    rest->remove_prefix(length);
    if (field == nullptr) {
      bytes_ += kUnknownBytes + sizeof(std::string) + length;
    } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
      bytes_ += kPointerBytes + sizeof(std::string) + length;
    } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      bytes_ += kPointerBytes;
      AddMessage(*field->message_type(), content, depth + 1);
    } else {
      bytes_ += PackedBytes(*field, content);
    }
    return true;
  }

  // Of an empty message of the type; all are of this program.
  size_t BytesOf(const Descriptor& type) {
    if (type.options().map_entry()) return kMapEntryBytes;
    const auto [known, is_new] = bytes_of_.try_emplace(&type, 0);
    if (is_new) {
      const google::protobuf::Message* empty =
          google::protobuf::MessageFactory::generated_factory()->GetPrototype(&type);
      if (empty != nullptr) known->second = empty->SpaceUsedLong();
    }
    return known->second;
  }

  const size_t limit_;
  size_t bytes_ = 0;
  absl::flat_hash_map<const Descriptor*, size_t> bytes_of_;
};

size_t LimitOf(absl::string_view bytes) {
  return std::min(kMaxParsedBytes, kParseRoom + kParseGrowth * bytes.size());
}

}  // namespace

size_t ParsedBytes(absl::string_view bytes, const Descriptor& type, size_t limit) {
  ParsedSize size(limit);
  size.AddMessage(type, bytes, 1);
  return size.bytes();
}

absl::Status ParseBounded(absl::string_view bytes, google::protobuf::Message* message) {
  const Descriptor& type = *message->GetDescriptor();
  const size_t limit = LimitOf(bytes);
  if (ParsedBytes(bytes, type, limit) > limit) {
    return absl::ResourceExhaustedError(
        absl::StrCat("would take more than ", limit, " bytes in memory, which is more than ",
                     bytes.size(), " bytes of a ", type.full_name(), " message may"));
  }
  if (message->ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(absl::StrCat("is no ", type.full_name(), " message"));
}

}  // namespace serin
