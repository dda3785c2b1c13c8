#ifndef SERIN_SERVER_PROXY_JSON_DATASET_UPLOAD_H_
#define SERIN_SERVER_PROXY_JSON_DATASET_UPLOAD_H_

#include <memory>
#include <string>

#include "server/proxy/json/exchange.h"
#include "server/proxy/json/flow_gate.h"
#include "server/proxy/json/grpc_call.h"

namespace serin {

// PUT /v1/datasets/D: the body is a file of rows, streamed into DatasetService.UploadDataset as it
// comes and never held. The answer is the dataset version, 201 if it is the first and else 200. A
// caller that goes away before the end cancels the call, which leaves nothing behind.
class DatasetUpload final : public Exchange, private GrpcCallEvents {
 public:
  DatasetUpload(const FrontContext& context, FrontRequest request);

 private:
  void OnBegin() override;
  void OnBody(absl::string_view piece) override;
  void OnBodyEnd() override;
  void OnOver() override { call_.reset(); }

  void OnCallHead(const Headers& head) override;
  void OnCallMessage(std::string message) override;
  void OnCallRead(size_t bytes) override;
  void OnCallSent(size_t bytes) override;
  void OnCallDone(const absl::Status& status, const Headers& trailers) override;

  void SendChunk();

  std::unique_ptr<GrpcCall> call_;
  std::string chunk_;  // Gathered for the next message.
  FlowGate to_server_;
  Headers call_head_;
  std::string response_;  // Serialised, once it has come.
};

}  // namespace serin

#endif  // SERIN_SERVER_PROXY_JSON_DATASET_UPLOAD_H_
