#include "server/proxy/json/connect_codec.h"

#include <google/protobuf/message.h>
#include <google/protobuf/util/json_util.h>

#include <memory>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"
#include "server/proxy/json/json_text.h"

namespace serin {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::Message;

// All types that can be called are compiled in.
std::unique_ptr<Message> NewMessage(const Descriptor* type) {
  return std::unique_ptr<Message>(
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(type)->New());
}

absl::Status DoesNotParse(const Descriptor* type, absl::string_view why) {
  const absl::string_view valid = why.substr(0, ValidUtf8Prefix(why));
  return absl::InvalidArgumentError(
      absl::StrCat("the body is not a ", type->full_name(), ": ", valid));
}

}  // namespace

std::optional<ConnectContentType> ParseConnectContentType(absl::string_view content_type) {
  const absl::string_view type =
      absl::StripAsciiWhitespace(content_type.substr(0, content_type.find(';')));
  for (const bool streaming : {false, true}) {
    for (const ConnectEncoding encoding : {ConnectEncoding::kJson, ConnectEncoding::kProto}) {
      const ConnectContentType candidate = {encoding, streaming};
      if (absl::EqualsIgnoreCase(type, ConnectContentTypeName(candidate))) return candidate;
    }
  }
  return std::nullopt;
}

absl::string_view ConnectContentTypeName(ConnectContentType type) {
  if (type.encoding == ConnectEncoding::kJson) {
    return type.streaming ? "application/connect+json" : "application/json";
  }
  return type.streaming ? "application/connect+proto" : "application/proto";
}

absl::StatusOr<std::string> ConnectCodec::Decode(absl::string_view text,
                                                 const Descriptor* type) const {
  const std::unique_ptr<Message> message = NewMessage(type);
  if (encoding_ == ConnectEncoding::kProto) {
    // The bytes are good as they are; whether they parse is better said here than by the upstream.
    if (!message->ParseFromArray(text.data(), static_cast<int>(text.size()))) {
      return DoesNotParse(type, "the bytes do not parse");
    }
    return std::string(text);
  }
  SERIN_RETURN_IF_ERROR(CheckJsonText(text, max_json_depth_));
  const auto status = google::protobuf::util::JsonStringToMessage(
      google::protobuf::StringPiece(text.data(), text.size()), message.get());
  if (!status.ok()) return DoesNotParse(type, std::string(status.message()));
  return message->SerializeAsString();
}

absl::StatusOr<std::string> ConnectCodec::Encode(absl::string_view message,
                                                 const Descriptor* type) const {
  if (encoding_ == ConnectEncoding::kProto) return std::string(message);
  const std::unique_ptr<Message> parsed = NewMessage(type);
  if (!parsed->ParseFromArray(message.data(), static_cast<int>(message.size()))) {
    return absl::InternalError(absl::StrCat("the server's answer is not a ", type->full_name()));
  }
  return MessageToJson(*parsed);
}

absl::StatusOr<std::string> MessageToJson(const Message& message) {
  std::string text;
  const auto status = google::protobuf::util::MessageToJsonString(message, &text);
  if (status.ok()) return text;
  return absl::InternalError(
      absl::StrCat("the answer cannot be written as JSON: ", std::string(status.message())));
}

}  // namespace serin
