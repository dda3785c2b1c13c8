#ifndef SERIN_SERVER_CONTROL_MODEL_SERVICE_H_
#define SERIN_SERVER_CONTROL_MODEL_SERVICE_H_

#include "core/storage/store.h"
#include "serin/v1/model_service.grpc.pb.h"
#include "server/control/cluster_publisher.h"
#include "server/control/model_imports.h"
#include "server/control/model_registry.h"
#include "server/control/traffic_changes.h"
#include "server/rpc/task_thread.h"

namespace serin {

// The public service of that name. A change is answered once it is on disk and members act on it
// (ClusterPublisher::WhenApplied; TrafficChanges for traffic).
class ModelService final : public v1::ModelService::CallbackService {
 public:
  // All must outlive the service; `store` is the one that the registry writes. `max_import_bytes`:
  // what model files on their way may take in memory together.
  ModelService(const StoreReader* store, ModelRegistry* registry, ClusterPublisher* publisher,
               TrafficChanges* traffic, size_t max_import_bytes)
      : store_(store),
        registry_(registry),
        publisher_(publisher),
        traffic_(traffic),
        imports_(store, registry, max_import_bytes) {}

  grpc::ServerUnaryReactor* GetModel(grpc::CallbackServerContext* context,
                                     const v1::GetModelRequest* request,
                                     v1::Model* response) override;
  grpc::ServerUnaryReactor* ListModels(grpc::CallbackServerContext* context,
                                       const v1::ListModelsRequest* request,
                                       v1::ListModelsResponse* response) override;
  grpc::ServerUnaryReactor* DeleteModel(grpc::CallbackServerContext* context,
                                        const v1::DeleteModelRequest* request,
                                        google::protobuf::Empty* response) override;
  grpc::ServerUnaryReactor* GetModelVersion(grpc::CallbackServerContext* context,
                                            const v1::GetModelVersionRequest* request,
                                            v1::ModelVersion* response) override;
  grpc::ServerUnaryReactor* ListModelVersions(grpc::CallbackServerContext* context,
                                              const v1::ListModelVersionsRequest* request,
                                              v1::ListModelVersionsResponse* response) override;
  grpc::ServerUnaryReactor* DeleteModelVersion(grpc::CallbackServerContext* context,
                                               const v1::DeleteModelVersionRequest* request,
                                               google::protobuf::Empty* response) override;
  grpc::ServerUnaryReactor* SetTraffic(grpc::CallbackServerContext* context,
                                       const v1::SetTrafficRequest* request,
                                       v1::Model* response) override;
  grpc::ServerUnaryReactor* SetAlias(grpc::CallbackServerContext* context,
                                     const v1::SetAliasRequest* request,
                                     v1::Model* response) override;
  grpc::ServerUnaryReactor* ListReplicaVersions(grpc::CallbackServerContext* context,
                                                const v1::ListReplicaVersionsRequest* request,
                                                v1::ListReplicaVersionsResponse* response) override;
  grpc::ServerUnaryReactor* SetPredictionLog(grpc::CallbackServerContext* context,
                                             const v1::SetPredictionLogRequest* request,
                                             v1::Model* response) override;
  grpc::ServerUnaryReactor* GetDrift(grpc::CallbackServerContext* context,
                                     const v1::GetDriftRequest* request,
                                     v1::Drift* response) override;
  grpc::ServerReadReactor<v1::ImportModelRequest>* ImportModel(grpc::CallbackServerContext* context,
                                                               v1::ModelVersion* response) override;
  grpc::ServerWriteReactor<v1::ExportModelResponse>* ExportModel(
      grpc::CallbackServerContext* context, const v1::ExportModelRequest* request) override;

 private:
  absl::StatusOr<v1::Drift> FindDrift(const grpc::CallbackServerContext& context,
                                      absl::string_view name) const;
  // Answers a change with its outcome.
  grpc::ServerUnaryReactor* FinishWhenApplied(grpc::CallbackServerContext* context,
                                              const absl::Status& outcome);
  grpc::ServerUnaryReactor* FinishWhenApplied(grpc::CallbackServerContext* context,
                                              v1::Model* response,
                                              absl::StatusOr<v1::Model> outcome);

  const StoreReader* const store_;
  ModelRegistry* const registry_;
  ClusterPublisher* const publisher_;
  TrafficChanges* const traffic_;
  ModelImports imports_;
  // Below what it uses: reads and writes model files.
  TaskThread model_files_;
};

}  // namespace serin

#endif  // SERIN_SERVER_CONTROL_MODEL_SERVICE_H_
