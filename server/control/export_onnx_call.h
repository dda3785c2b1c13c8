#ifndef SERIN_SERVER_CONTROL_EXPORT_ONNX_CALL_H_
#define SERIN_SERVER_CONTROL_EXPORT_ONNX_CALL_H_

#include <grpcpp/support/server_callback.h>

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "core/storage/store.h"
#include "serin/v1/model_service.pb.h"
#include "server/control/model_imports.h"
#include "server/rpc/task_thread.h"

namespace serin {

// One ExportModel as ONNX: converts a bundle, then writes the file piece by piece. Owns itself.
class ExportOnnxCall final : public grpc::ServerWriteReactor<v1::ExportModelResponse> {
 public:
  // The pointers must outlive the call. `room`: for the file, until it is sent; `slow_work`
  // converts.
  ExportOnnxCall(const StoreReader* store, std::string project, std::string bundle_sha256,
                 ModelImports* room, TaskThread* slow_work);

  void OnWriteDone(bool ok) override;
  void OnDone() override;

 private:
  absl::Status Convert();
  void Begin();
  void WriteNext();

  const StoreReader* const store_;
  const std::string project_;
  const std::string bundle_sha256_;
  ModelImports* const room_;
  std::string file_;
  size_t sent_bytes_ = 0;
  size_t held_bytes_ = 0;
  v1::ExportModelResponse response_;
};

}  // namespace serin

#endif  // SERIN_SERVER_CONTROL_EXPORT_ONNX_CALL_H_
