#ifndef SERIN_TESTS_UNIT_CLIENT_FAKE_SERVER_H_
#define SERIN_TESTS_UNIT_CLIENT_FAKE_SERVER_H_

#include <grpcpp/server.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "serin/v1/dataset_service.grpc.pb.h"
#include "serin/v1/model_service.grpc.pb.h"
#include "serin/v1/predict_service.grpc.pb.h"
#include "serin/v1/train_service.grpc.pb.h"

namespace serin {

// The public services with answers that a test decides, on a port of the loopback interface.
//
// It knows one dataset, datasets/iris with one version of two columns and three rows, one job,
// jobs/j1, and two models with two versions each: models/iris, which takes a number, and
// models/notes, which takes a text. Thread-safe.
class FakeServer final : public v1::DatasetService::Service,
                         public v1::TrainService::Service,
                         public v1::ModelService::Service,
                         public v1::PredictService::Service {
 public:
  // One stream of WatchJob: jobs, then how it ends.
  struct Watch {
    std::vector<v1::Job> jobs;
    absl::Status end;
  };

  FakeServer();
  ~FakeServer() override;

  std::string address() const;

  // After `after` more calls the method (such as "Predict") ends in this error; OK ends that.
  void Fail(const std::string& method, absl::Status error, int after = 0);
  // What the next calls of WatchJob stream; the last one repeats.
  void SetWatches(std::vector<Watch> watches);

  // What came in last.
  std::string project() const;
  v1::UploadDatasetSpec upload_spec() const;
  std::string uploaded_bytes() const;
  v1::TrainRequest train_request() const;
  v1::PredictRequest predict_request() const;
  // Of all calls of Predict so far, the number of rows.
  std::vector<int> predict_sizes() const;

  static constexpr char kRequestId[] = "01fakerequestid";

 private:
  using Context = grpc::ServerContext;

  // Notes the call, and says how it ends.
  grpc::Status Begin(Context* context, const std::string& method) ABSL_LOCKS_EXCLUDED(mutex_);
  Watch NextWatch() ABSL_LOCKS_EXCLUDED(mutex_);

  grpc::Status UploadDataset(Context*, grpc::ServerReader<v1::UploadDatasetRequest>*,
                             v1::DatasetVersion*) override;
  grpc::Status ListDatasets(Context*, const v1::ListDatasetsRequest*,
                            v1::ListDatasetsResponse*) override;
  grpc::Status GetDatasetVersion(Context*, const v1::GetDatasetVersionRequest*,
                                 v1::DatasetVersion*) override;
  grpc::Status ReadRows(Context*, const v1::ReadRowsRequest*,
                        grpc::ServerWriter<v1::ReadRowsResponse>*) override;
  grpc::Status Train(Context*, const v1::TrainRequest*, v1::Job*) override;
  grpc::Status GetJob(Context*, const v1::GetJobRequest*, v1::Job*) override;
  grpc::Status WatchJob(Context*, const v1::WatchJobRequest*,
                        grpc::ServerWriter<v1::Job>*) override;
  grpc::Status GetModel(Context*, const v1::GetModelRequest*, v1::Model*) override;
  grpc::Status GetModelVersion(Context*, const v1::GetModelVersionRequest*,
                               v1::ModelVersion*) override;
  grpc::Status SetTraffic(Context*, const v1::SetTrafficRequest*, v1::Model*) override;
  grpc::Status SetAlias(Context*, const v1::SetAliasRequest*, v1::Model*) override;
  grpc::Status Predict(Context*, const v1::PredictRequest*, v1::PredictResponse*) override;

  mutable absl::Mutex mutex_;
  struct Failure {
    absl::Status error;
    int after = 0;  // Calls that still work.
  };
  std::map<std::string, Failure> failures_ ABSL_GUARDED_BY(mutex_);
  std::vector<Watch> watches_ ABSL_GUARDED_BY(mutex_);
  std::string project_ ABSL_GUARDED_BY(mutex_);
  v1::UploadDatasetSpec upload_spec_ ABSL_GUARDED_BY(mutex_);
  std::string uploaded_bytes_ ABSL_GUARDED_BY(mutex_);
  v1::TrainRequest train_request_ ABSL_GUARDED_BY(mutex_);
  v1::PredictRequest predict_request_ ABSL_GUARDED_BY(mutex_);
  std::vector<int> predict_sizes_ ABSL_GUARDED_BY(mutex_);
  v1::Model model_ ABSL_GUARDED_BY(mutex_);

  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
};

// A job in this state, with this much done.
v1::Job JobIn(v1::JobState state, double fraction = 0);

}  // namespace serin

#endif  // SERIN_TESTS_UNIT_CLIENT_FAKE_SERVER_H_
