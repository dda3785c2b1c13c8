#ifndef SERIN_TESTS_UNIT_CLIENT_FAKE_SERVER_H_
#define SERIN_TESTS_UNIT_CLIENT_FAKE_SERVER_H_

#include <grpcpp/server.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "google/protobuf/text_format.h"
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

  // What DownloadDataset sends instead of kSource.
  void SetSource(std::string source);

  // What came in last.
  std::string project() const;
  v1::UploadDatasetSpec upload_spec() const;
  std::string uploaded_bytes() const;
  v1::TrainRequest train_request() const;
  v1::CancelJobRequest cancel_request() const;
  v1::ListJobsRequest list_jobs_request() const;
  v1::CreateScheduleRequest create_schedule_request() const;
  v1::UpdateScheduleRequest update_schedule_request() const;
  // The method and the name of the last call about one schedule: `PauseSchedule nightly`.
  std::string schedule_call() const;
  v1::PredictRequest predict_request() const;
  v1::ExplainRequest explain_request() const;
  v1::BatchPredictRequest batch_request() const;
  // All messages of the last call of AppendRows.
  std::vector<v1::AppendRowsRequest> append_requests() const;
  v1::ListDatasetsRequest list_request() const;
  v1::UpdateDatasetRequest update_request() const;
  v1::TransformDatasetRequest transform_request() const;
  v1::QueryDatasetsRequest query_request() const;
  v1::DownloadDatasetRequest download_request() const;
  // Name of the last dataset or version that was deleted.
  std::string deleted() const;
  // Of all calls of Predict so far, the number of rows.
  std::vector<int> predict_sizes() const;

  static constexpr char kRequestId[] = "01fakerequestid";
  // What the dataset was uploaded from: the bytes of DownloadDataset, in two pieces.
  static constexpr char kSource[] =
      "petal_length,species\n1.4,setosa\n4.7,versicolor\n,virginica\n";

 private:
  using Context = grpc::ServerContext;

  // Notes the call, and says how it ends.
  grpc::Status Begin(Context* context, const std::string& method) ABSL_LOCKS_EXCLUDED(mutex_);
  Watch NextWatch() ABSL_LOCKS_EXCLUDED(mutex_);

  grpc::Status UploadDataset(Context*, grpc::ServerReader<v1::UploadDatasetRequest>*,
                             v1::DatasetVersion*) override;
  grpc::Status AppendRows(Context*, grpc::ServerReader<v1::AppendRowsRequest>*,
                          v1::AppendRowsResponse*) override;
  grpc::Status GetDataset(Context*, const v1::GetDatasetRequest*, v1::Dataset*) override;
  grpc::Status UpdateDataset(Context*, const v1::UpdateDatasetRequest*, v1::Dataset*) override;
  grpc::Status DeleteDataset(Context*, const v1::DeleteDatasetRequest*,
                             google::protobuf::Empty*) override;
  grpc::Status DeleteDatasetVersion(Context*, const v1::DeleteDatasetVersionRequest*,
                                    google::protobuf::Empty*) override;
  grpc::Status GetProfile(Context*, const v1::GetProfileRequest*, v1::DatasetProfile*) override;
  grpc::Status TransformDataset(Context*, const v1::TransformDatasetRequest*,
                                v1::DatasetVersion*) override;
  grpc::Status QueryDatasets(Context*, const v1::QueryDatasetsRequest*,
                             grpc::ServerWriter<v1::QueryDatasetsResponse>*) override;
  grpc::Status DownloadDataset(Context*, const v1::DownloadDatasetRequest*,
                               grpc::ServerWriter<v1::DownloadDatasetResponse>*) override;
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
  grpc::Status CancelJob(Context*, const v1::CancelJobRequest*, v1::Job*) override;
  grpc::Status ListJobs(Context*, const v1::ListJobsRequest*, v1::ListJobsResponse*) override;
  grpc::Status ResolveTraining(Context*, const v1::ResolveTrainingRequest*,
                               v1::ResolveTrainingResponse*) override;
  grpc::Status VerifyModelVersion(Context*, const v1::VerifyModelVersionRequest*,
                                  v1::Job*) override;
  grpc::Status CreateSchedule(Context*, const v1::CreateScheduleRequest*, v1::Schedule*) override;
  grpc::Status GetSchedule(Context*, const v1::GetScheduleRequest*, v1::Schedule*) override;
  grpc::Status ListSchedules(Context*, const v1::ListSchedulesRequest*,
                             v1::ListSchedulesResponse*) override;
  grpc::Status UpdateSchedule(Context*, const v1::UpdateScheduleRequest*, v1::Schedule*) override;
  grpc::Status PauseSchedule(Context*, const v1::PauseScheduleRequest*, v1::Schedule*) override;
  grpc::Status ResumeSchedule(Context*, const v1::ResumeScheduleRequest*, v1::Schedule*) override;
  grpc::Status RunSchedule(Context*, const v1::RunScheduleRequest*, v1::Job*) override;
  grpc::Status DeleteSchedule(Context*, const v1::DeleteScheduleRequest*,
                              google::protobuf::Empty*) override;
  // Notes a call about one schedule.
  grpc::Status BeginOf(Context* context, const std::string& method, const std::string& schedule)
      ABSL_LOCKS_EXCLUDED(mutex_);
  grpc::Status ListModelVersions(Context*, const v1::ListModelVersionsRequest*,
                                 v1::ListModelVersionsResponse*) override;
  grpc::Status GetModel(Context*, const v1::GetModelRequest*, v1::Model*) override;
  grpc::Status GetModelVersion(Context*, const v1::GetModelVersionRequest*,
                               v1::ModelVersion*) override;
  grpc::Status SetTraffic(Context*, const v1::SetTrafficRequest*, v1::Model*) override;
  grpc::Status SetAlias(Context*, const v1::SetAliasRequest*, v1::Model*) override;
  grpc::Status Predict(Context*, const v1::PredictRequest*, v1::PredictResponse*) override;
  grpc::Status PredictStream(
      Context*, grpc::ServerReaderWriter<v1::PredictResponse, v1::PredictRequest>*) override;
  grpc::Status Explain(Context*, const v1::ExplainRequest*, v1::ExplainResponse*) override;
  grpc::Status BatchPredict(Context*, const v1::BatchPredictRequest*, v1::Job*) override;

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
  std::vector<v1::AppendRowsRequest> append_requests_ ABSL_GUARDED_BY(mutex_);
  v1::ListDatasetsRequest list_request_ ABSL_GUARDED_BY(mutex_);
  v1::UpdateDatasetRequest update_request_ ABSL_GUARDED_BY(mutex_);
  v1::TransformDatasetRequest transform_request_ ABSL_GUARDED_BY(mutex_);
  v1::QueryDatasetsRequest query_request_ ABSL_GUARDED_BY(mutex_);
  v1::DownloadDatasetRequest download_request_ ABSL_GUARDED_BY(mutex_);
  std::string source_ ABSL_GUARDED_BY(mutex_) = kSource;
  std::string deleted_ ABSL_GUARDED_BY(mutex_);
  v1::TrainRequest train_request_ ABSL_GUARDED_BY(mutex_);
  v1::CancelJobRequest cancel_request_ ABSL_GUARDED_BY(mutex_);
  v1::ListJobsRequest list_jobs_request_ ABSL_GUARDED_BY(mutex_);
  v1::CreateScheduleRequest create_schedule_request_ ABSL_GUARDED_BY(mutex_);
  v1::UpdateScheduleRequest update_schedule_request_ ABSL_GUARDED_BY(mutex_);
  std::string schedule_call_ ABSL_GUARDED_BY(mutex_);
  v1::PredictRequest predict_request_ ABSL_GUARDED_BY(mutex_);
  v1::ExplainRequest explain_request_ ABSL_GUARDED_BY(mutex_);
  v1::BatchPredictRequest batch_request_ ABSL_GUARDED_BY(mutex_);
  std::vector<int> predict_sizes_ ABSL_GUARDED_BY(mutex_);
  v1::Model model_ ABSL_GUARDED_BY(mutex_);

  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
};

// datasets/iris/versions/1, and rows of it.
v1::DatasetVersion IrisDataset();
v1::ReadRowsResponse IrisRows();

// The message in protobuf's text format.
template <typename Message>
Message ParseText(const char* text) {
  Message message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
  return message;
}

// The error as a gRPC server sends it.
grpc::Status ToGrpc(const absl::Status& error);

// A job in this state, with this much done.
v1::Job JobIn(v1::JobState state, double fraction = 0);

}  // namespace serin

#endif  // SERIN_TESTS_UNIT_CLIENT_FAKE_SERVER_H_
