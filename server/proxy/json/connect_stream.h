#ifndef SERIN_SERVER_PROXY_JSON_CONNECT_STREAM_H_
#define SERIN_SERVER_PROXY_JSON_CONNECT_STREAM_H_

#include <google/protobuf/descriptor.h>

#include <memory>
#include <string>

#include "server/http/grpc_framer.h"
#include "server/proxy/json/connect_codec.h"
#include "server/proxy/json/exchange.h"
#include "server/proxy/json/flow_gate.h"
#include "server/proxy/json/grpc_call.h"

namespace serin {

// A streaming call by the Connect protocol: messages in envelopes (a byte of flags and the size, as
// gRPC has them) both ways, and at the end of the response one more envelope with the error or the
// trailing metadata. The HTTP status is always 200. Both directions run at the same time; what the
// caller or the server does not read stops the other.
class ConnectStream final : public Exchange, private GrpcCallEvents {
 public:
  ConnectStream(const FrontContext& context, FrontRequest request,
                const google::protobuf::MethodDescriptor* method, ConnectEncoding encoding);
  ~ConnectStream() override { GiveBack(); }

 private:
  void OnBegin() override;
  void OnBody(absl::string_view piece) override;
  void OnBodyEnd() override;
  void OnReplySent(size_t bytes) override;
  void OnOver() override { call_.reset(); }

  void OnCallHead(const Headers& head) override;
  void OnCallMessage(std::string message) override;
  void OnCallRead(size_t bytes) override;
  void OnCallSent(size_t bytes) override;
  void OnCallDone(const absl::Status& status, const Headers& trailers) override;

  absl::Status TakeMessages(absl::string_view piece);
  absl::Status TakeMessage();
  void GiveBack();
  void SendEnvelope(uint8_t flags, absl::string_view content);
  void BeginStream(const Headers& metadata);
  void End(const absl::Status& status, const Headers& trailers);

  const google::protobuf::MethodDescriptor& method_;
  const ConnectEncoding encoding_;
  const ConnectCodec codec_;
  std::unique_ptr<GrpcCall> call_;
  GrpcFramer framer_;
  std::string message_;  // What has come of the current one,
  size_t held_ = 0;      // and counts among the bodies that are held.
  FlowGate to_server_;   // From what the caller sends to what the call has taken.
  FlowGate to_caller_;   // The reverse.
};

}  // namespace serin

#endif  // SERIN_SERVER_PROXY_JSON_CONNECT_STREAM_H_
