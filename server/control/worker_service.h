#ifndef SERIN_SERVER_CONTROL_WORKER_SERVICE_H_
#define SERIN_SERVER_CONTROL_WORKER_SERVICE_H_

#include <cstdint>

#include "core/storage/store.h"
#include "serin/internal/v1/worker_service.grpc.pb.h"
#include "server/control/job_store.h"
#include "server/rpc/task_thread.h"

namespace serin {

// What workers call. A bundle is taken only if a predictor made from it reproduces its golden rows;
// otherwise the worker gets that error, and DATA_LOSS for one that did not arrive whole.
class WorkerService final : public internal::v1::WorkerService::CallbackService {
 public:
  // `jobs` and `store` must outlive the service.
  WorkerService(JobStore* jobs, const StoreReader* store, int64_t max_bundle_bytes)
      : jobs_(jobs), store_(store), max_bundle_bytes_(max_bundle_bytes) {}

  grpc::ServerUnaryReactor* GetAssignment(grpc::CallbackServerContext* context,
                                          const internal::v1::GetAssignmentRequest* request,
                                          internal::v1::Assignment* response) override;
  grpc::ServerUnaryReactor* ReportProgress(grpc::CallbackServerContext* context,
                                           const internal::v1::ReportProgressRequest* request,
                                           internal::v1::ReportProgressResponse* response) override;
  grpc::ServerWriteReactor<internal::v1::ReadBundleResponse>* ReadBundle(
      grpc::CallbackServerContext* context,
      const internal::v1::ReadBundleRequest* request) override;
  grpc::ServerReadReactor<internal::v1::CompleteJobRequest>* CompleteJob(
      grpc::CallbackServerContext* context, google::protobuf::Empty* response) override;
  grpc::ServerUnaryReactor* CompleteVerification(
      grpc::CallbackServerContext* context,
      const internal::v1::CompleteVerificationRequest* request,
      google::protobuf::Empty* response) override;
  grpc::ServerUnaryReactor* CompleteBatch(grpc::CallbackServerContext* context,
                                          const internal::v1::CompleteBatchRequest* request,
                                          google::protobuf::Empty* response) override;
  grpc::ServerUnaryReactor* FailJob(grpc::CallbackServerContext* context,
                                    const internal::v1::FailJobRequest* request,
                                    google::protobuf::Empty* response) override;

 private:
  JobStore* const jobs_;
  const StoreReader* const store_;
  const int64_t max_bundle_bytes_;
  // Checks and stores bundles.
  TaskThread completions_;
};

}  // namespace serin

#endif  // SERIN_SERVER_CONTROL_WORKER_SERVICE_H_
