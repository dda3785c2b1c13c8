#ifndef SERIN_SERVER_PROXY_JSON_DATASET_DOWNLOAD_H_
#define SERIN_SERVER_PROXY_JSON_DATASET_DOWNLOAD_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "serin/v1/dataset_service.pb.h"
#include "server/proxy/json/exchange.h"
#include "server/proxy/json/flow_gate.h"
#include "server/proxy/json/grpc_call.h"

namespace serin {

// GET /v1/datasets/D/download, where D may be `iris@3`: the file that
// DatasetService.DownloadDataset streams, passed on as it comes and never held. An error after the
// first byte cuts the answer off.
//
// The query takes format=as-uploaded|csv|jsonl (default as-uploaded) and column=NAME, repeated.
class DatasetDownload final : public Exchange, private GrpcCallEvents {
 public:
  DatasetDownload(const FrontContext& context, FrontRequest request);

 private:
  void OnBegin() override;
  void OnBody(absl::string_view piece) override { Consume(piece.size()); }
  void OnBodyEnd() override {}
  void OnReplySent(size_t bytes) override;
  void OnOver() override { call_.reset(); }

  void OnCallHead(const Headers& head) override { call_head_ = head; }
  void OnCallMessage(std::string message) override;
  void OnCallRead(size_t bytes) override;
  void OnCallSent(size_t) override {}
  void OnCallDone(const absl::Status& status, const Headers& trailers) override;

  void BeginFile(const v1::DownloadDatasetResponse& first);

  v1::DownloadDatasetRequest request_;
  std::unique_ptr<GrpcCall> call_;
  FlowGate to_caller_;
  Headers call_head_;
};

}  // namespace serin

#endif  // SERIN_SERVER_PROXY_JSON_DATASET_DOWNLOAD_H_
