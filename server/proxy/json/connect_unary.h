#ifndef SERIN_SERVER_PROXY_JSON_CONNECT_UNARY_H_
#define SERIN_SERVER_PROXY_JSON_CONNECT_UNARY_H_

#include <google/protobuf/descriptor.h>

#include <string>

#include "server/proxy/json/buffered_exchange.h"
#include "server/proxy/json/connect_codec.h"

namespace serin {

// A unary call by the Connect protocol (connectrpc.com/docs/protocol): the body is the message, the
// answer is the response with status 200, or an error in JSON.
class ConnectUnary final : public BufferedExchange {
 public:
  ConnectUnary(const FrontContext& context, FrontRequest request,
               const google::protobuf::MethodDescriptor* method, ConnectEncoding encoding);

 private:
  void Handle(std::string body) override;
  void Answer(const absl::Status& status, std::string message);

  const google::protobuf::MethodDescriptor& method_;
  const ConnectEncoding encoding_;
  const ConnectCodec codec_;
};

}  // namespace serin

#endif  // SERIN_SERVER_PROXY_JSON_CONNECT_UNARY_H_
