#ifndef SERIN_SERVER_PROXY_JSON_CONNECT_CODEC_H_
#define SERIN_SERVER_PROXY_JSON_CONNECT_CODEC_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace serin {

// How the messages of a Connect call are written.
enum class ConnectEncoding { kJson, kProto };

// What a content type of the Connect protocol says.
struct ConnectContentType {
  ConnectEncoding encoding;
  bool streaming;
};

// Of application/json, application/proto, application/connect+json and application/connect+proto,
// with parameters or without; nullopt for anything else.
std::optional<ConnectContentType> ParseConnectContentType(absl::string_view content_type);

// As it is sent back.
absl::string_view ConnectContentTypeName(ConnectContentType type);

// JSON as protobuf maps it, both ways. Unknown fields are errors, since a name that is misspelt
// would otherwise count as absent.
class ConnectCodec {
 public:
  ConnectCodec(ConnectEncoding encoding, int max_json_depth)
      : encoding_(encoding), max_json_depth_(max_json_depth) {}

  // A message of that type, serialised. INVALID_ARGUMENT saying what and where.
  absl::StatusOr<std::string> Decode(absl::string_view text,
                                     const google::protobuf::Descriptor* type) const;

  // The reverse. INTERNAL where `message`, which comes from a server, does not parse.
  absl::StatusOr<std::string> Encode(absl::string_view message,
                                     const google::protobuf::Descriptor* type) const;

 private:
  const ConnectEncoding encoding_;
  const int max_json_depth_;
};

// A message as JSON, by the same rules. INTERNAL if it holds what JSON has no words for.
absl::StatusOr<std::string> MessageToJson(const google::protobuf::Message& message);

}  // namespace serin

#endif  // SERIN_SERVER_PROXY_JSON_CONNECT_CODEC_H_
