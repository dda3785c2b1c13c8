#ifndef SERIN_TESTS_INTEGRATION_TEST_CLIENT_H_
#define SERIN_TESTS_INTEGRATION_TEST_CLIENT_H_

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "serin/v1/dataset_service.grpc.pb.h"
#include "serin/v1/model_service.grpc.pb.h"
#include "serin/v1/predict_service.grpc.pb.h"
#include "serin/v1/train_service.grpc.pb.h"

namespace serin {

// The bytes of a file in tests/data.
std::string TestFile(const std::string& name);

// How long a call may take before the test fails; no call should come near it.
inline constexpr absl::Duration kCallTimeout = absl::Seconds(30);

// Calls a server's public port as a user's program does. Thread-safe.
class TestClient {
 public:
  explicit TestClient(const std::string& address);

  // Calls a unary method: client.Call(client.models(), &v1::ModelService::Stub::GetModel, request).
  template <typename Stub, typename Request, typename Response>
  absl::StatusOr<Response> Call(Stub& stub,
                                grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                             Response*),
                                const Request& request) {
    grpc::ClientContext context;
    Prepare(context);
    Response response;
    const grpc::Status status = (stub.*method)(&context, request, &response);
    if (!status.ok()) return FromStatus(status);
    return response;
  }

  absl::StatusOr<v1::DatasetVersion> Upload(const std::string& dataset, absl::string_view csv);
  absl::StatusOr<v1::DatasetVersion> Upload(const v1::UploadDatasetSpec& spec,
                                            absl::string_view csv);

  // Starts a training and returns the job at once.
  absl::StatusOr<v1::Job> Train(const v1::TrainRequest& request);
  // Waits until a job has ended, in whatever way, and returns it.
  absl::StatusOr<v1::Job> AwaitJob(const std::string& name);
  // Waits until a job's worker has begun.
  absl::Status AwaitRunning(const std::string& name);

  absl::StatusOr<v1::Model> SetTraffic(const std::string& model,
                                       const std::vector<std::pair<int32_t, int32_t>>& weights);
  absl::StatusOr<v1::Model> GetModel(const std::string& name);
  absl::StatusOr<v1::PredictResponse> Predict(const v1::PredictRequest& request);

  // Names of all datasets, models and jobs that there are, for before-and-after comparisons.
  absl::StatusOr<std::vector<std::string>> ListEverything();

  const std::shared_ptr<grpc::Channel>& channel() const { return channel_; }
  v1::DatasetService::Stub& datasets() { return *datasets_; }
  v1::TrainService::Stub& training() { return *training_; }
  v1::ModelService::Stub& models() { return *models_; }
  v1::PredictService::Stub& predictions() { return *predictions_; }

  // Gives a call its deadline.
  static void Prepare(grpc::ClientContext& context);

 private:
  static absl::Status FromStatus(const grpc::Status& status);

  const std::shared_ptr<grpc::Channel> channel_;
  const std::unique_ptr<v1::DatasetService::Stub> datasets_;
  const std::unique_ptr<v1::TrainService::Stub> training_;
  const std::unique_ptr<v1::ModelService::Stub> models_;
  const std::unique_ptr<v1::PredictService::Stub> predictions_;
};

// A training of `model` on dataset `iris`.
v1::TrainRequest TrainIris(const std::string& model, const std::string& algorithm);

// A prediction for one iris of which the answer is clear: setosa.
v1::PredictRequest PredictSetosa(const std::string& model);

// What a job produced, or its error as a status.
absl::StatusOr<std::string> ModelVersionOf(const absl::StatusOr<v1::Job>& job);

// The path of the field that an InvalidField error names; empty where it names none.
std::string FieldOf(const absl::Status& error);

}  // namespace serin

#endif  // SERIN_TESTS_INTEGRATION_TEST_CLIENT_H_
