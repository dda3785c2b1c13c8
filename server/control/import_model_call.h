#ifndef SERIN_SERVER_CONTROL_IMPORT_MODEL_CALL_H_
#define SERIN_SERVER_CONTROL_IMPORT_MODEL_CALL_H_

#include <grpcpp/support/server_callback.h>

#include <cstddef>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "serin/v1/model_service.pb.h"
#include "server/control/cluster_publisher.h"
#include "server/control/model_imports.h"
#include "server/rpc/task_thread.h"

namespace serin {

// One ImportModel: gathers the file, has a version made of it, and answers when members act on it.
// Owns itself.
class ImportModelCall final : public grpc::ServerReadReactor<v1::ImportModelRequest> {
 public:
  // All must outlive the call; `slow_work` does what takes long.
  ImportModelCall(grpc::CallbackServerContext* context, v1::ModelVersion* response,
                  ModelImports* imports, ClusterPublisher* publisher, TaskThread* slow_work);

  void OnReadDone(bool ok) override;
  void OnDone() override;

 private:
  absl::Status Take();
  absl::Status TakeChunk();
  void End();
  void Import();

  grpc::CallbackServerContext* const context_;
  v1::ModelVersion* const response_;
  ModelImports* const imports_;
  ClusterPublisher* const publisher_;
  TaskThread* const slow_work_;
  v1::ImportModelRequest request_;
  std::optional<ModelImports::Wanted> wanted_;
  std::string file_;
  // Of imports_'s room.
  size_t held_bytes_ = 0;
};

}  // namespace serin

#endif  // SERIN_SERVER_CONTROL_IMPORT_MODEL_CALL_H_
