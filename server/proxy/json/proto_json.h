#ifndef SERIN_SERVER_PROXY_JSON_PROTO_JSON_H_
#define SERIN_SERVER_PROXY_JSON_PROTO_JSON_H_

#include <google/protobuf/message.h>

#include "nlohmann/json.hpp"

namespace serin {

// A message as JSON in the way of Triton, which protobuf's own form is not: fields are named as the
// proto spells them and in its order, there are those that have their default value too, and 64-bit
// numbers are numbers. Messages that are not set are left out. Maps are not for this.
nlohmann::ordered_json ProtoJson(const google::protobuf::Message& message);

}  // namespace serin

#endif  // SERIN_SERVER_PROXY_JSON_PROTO_JSON_H_
