#include "tests/unit/client/fake_server.h"

#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server_builder.h>

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"

namespace serin {
namespace {

v1::Model IrisModel() {
  return ParseText<v1::Model>(R"pb(
    name: "models/iris"
    latest_version: 2
    version_count: 2
    traffic { version: 1 weight: 100 }
  )pb");
}

v1::ModelVersion IrisVersion() {
  return ParseText<v1::ModelVersion>(R"pb(
    name: "models/iris/versions/1"
    version: 1
    features { columns { name: "petal_length" type: COLUMN_TYPE_NUMBER } }
    target { name: "species" type: COLUMN_TYPE_CATEGORY }
    classes: [ "setosa", "versicolor" ]
    evaluation {
      train_rows: 120
      holdout_rows: 30
      classification {
        accuracy: 0.9667
        classes { class: "setosa" rows: 15 precision: 1 recall: 0.9333 f1: 0.9655 }
        classes { class: "versicolor" rows: 15 precision: 0.9375 recall: 1 f1: 0.9677 }
        curves {
          class: "versicolor"
          calibration { predicted: 0.1 observed: 0 rows: 15 }
          calibration { predicted: 0.9 observed: 0.5 rows: 15 }
        }
        confusion_matrix {
          classes: [ "setosa", "versicolor" ]
          counts: [ 14, 1, 0, 15 ]
        }
      }
      baseline { classification { accuracy: 0.5 } }
      importances { feature: "petal_length" importance: 0.8 deviation: 0.05 }
      importances { feature: "petal_width" importance: 0.4 deviation: 0.02 }
      intervals { metric: "accuracy" lower: 0.9 upper: 1 level: 0.95 }
    }
    warnings: "petal_width is the same in all rows"
    comparison {
      model_version: "models/iris/versions/0"
      metric: METRIC_ACCURACY
      better: true
      evaluation { classification { accuracy: 0.8 } }
    }
    lineage { spec { dataset: "datasets/iris/versions/1" algorithm: "logistic_regression" } }
  )pb");
}

int RowCount(const v1::PredictRequest& request) {
  if (request.columns().empty()) return request.rows_size();
  const v1::Column& column = request.columns(0);
  return column.numbers().values_size() + column.strings().values_size();
}

}  // namespace

grpc::Status ToGrpc(const absl::Status& error) {
  return grpc::Status(static_cast<grpc::StatusCode>(error.code()), std::string(error.message()),
                      ToRpcStatus(error).SerializeAsString());
}

v1::Job JobIn(v1::JobState state, double fraction) {
  v1::Job job;
  job.set_name("jobs/j1");
  job.set_state(state);
  job.mutable_progress()->set_stage("training");
  job.mutable_progress()->set_fraction(fraction);
  if (state == v1::JOB_STATE_SUCCEEDED) job.set_model_version("models/iris/versions/1");
  return job;
}

FakeServer::FakeServer() : watches_{{{JobIn(v1::JOB_STATE_SUCCEEDED, 1)}, absl::OkStatus()}} {
  model_ = IrisModel();
  grpc::ServerBuilder builder;
  builder.SetMaxReceiveMessageSize(16 << 20);
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port_);
  builder.RegisterService(static_cast<v1::DatasetService::Service*>(this));
  builder.RegisterService(static_cast<v1::TrainService::Service*>(this));
  builder.RegisterService(static_cast<v1::ModelService::Service*>(this));
  builder.RegisterService(static_cast<v1::PredictService::Service*>(this));
  server_ = builder.BuildAndStart();
}

FakeServer::~FakeServer() { server_->Shutdown(std::chrono::system_clock::now()); }

std::string FakeServer::address() const { return absl::StrCat("127.0.0.1:", port_); }

void FakeServer::Fail(const std::string& method, absl::Status error, int after) {
  absl::MutexLock lock(&mutex_);
  failures_[method] = {std::move(error), after};
}

void FakeServer::SetWatches(std::vector<Watch> watches) {
  absl::MutexLock lock(&mutex_);
  watches_ = std::move(watches);
}

std::string FakeServer::project() const {
  absl::MutexLock lock(&mutex_);
  return project_;
}

v1::TrainRequest FakeServer::train_request() const {
  absl::MutexLock lock(&mutex_);
  return train_request_;
}

v1::PredictRequest FakeServer::predict_request() const {
  absl::MutexLock lock(&mutex_);
  return predict_request_;
}

std::vector<int> FakeServer::predict_sizes() const {
  absl::MutexLock lock(&mutex_);
  return predict_sizes_;
}

grpc::Status FakeServer::Begin(Context* context, const std::string& method) {
  context->AddTrailingMetadata("serin-request-id", kRequestId);
  absl::MutexLock lock(&mutex_);
  const auto project = context->client_metadata().find("serin-project");
  project_ = project == context->client_metadata().end()
                 ? ""
                 : std::string(project->second.data(), project->second.size());
  const auto failure = failures_.find(method);
  if (failure == failures_.end() || failure->second.error.ok()) return grpc::Status::OK;
  return failure->second.after-- > 0 ? grpc::Status::OK : ToGrpc(failure->second.error);
}

FakeServer::Watch FakeServer::NextWatch() {
  absl::MutexLock lock(&mutex_);
  Watch watch = watches_.front();
  if (watches_.size() > 1) watches_.erase(watches_.begin());
  return watch;
}

grpc::Status FakeServer::Train(Context* context, const v1::TrainRequest* request,
                               v1::Job* response) {
  if (grpc::Status error = Begin(context, "Train"); !error.ok()) return error;
  absl::MutexLock lock(&mutex_);
  train_request_ = *request;
  *response = JobIn(v1::JOB_STATE_QUEUED);
  return grpc::Status::OK;
}

grpc::Status FakeServer::GetJob(Context* context, const v1::GetJobRequest*, v1::Job* response) {
  if (grpc::Status error = Begin(context, "GetJob"); !error.ok()) return error;
  *response = JobIn(v1::JOB_STATE_RUNNING);
  return grpc::Status::OK;
}

grpc::Status FakeServer::WatchJob(Context* context, const v1::WatchJobRequest*,
                                  grpc::ServerWriter<v1::Job>* writer) {
  if (grpc::Status error = Begin(context, "WatchJob"); !error.ok()) return error;
  const Watch watch = NextWatch();
  for (const v1::Job& job : watch.jobs) writer->Write(job);
  return watch.end.ok() ? grpc::Status::OK : ToGrpc(watch.end);
}

grpc::Status FakeServer::GetModel(Context* context, const v1::GetModelRequest*,
                                  v1::Model* response) {
  if (grpc::Status error = Begin(context, "GetModel"); !error.ok()) return error;
  absl::MutexLock lock(&mutex_);
  *response = model_;
  return grpc::Status::OK;
}

grpc::Status FakeServer::GetModelVersion(Context* context,
                                         const v1::GetModelVersionRequest* request,
                                         v1::ModelVersion* response) {
  if (grpc::Status error = Begin(context, "GetModelVersion"); !error.ok()) return error;
  *response = IrisVersion();
  if (request->name() != "models/notes/versions/1") return grpc::Status::OK;
  v1::ColumnSchema* feature = response->mutable_features()->mutable_columns(0);
  feature->set_name("note");
  feature->set_type(v1::COLUMN_TYPE_TEXT);
  return grpc::Status::OK;
}

grpc::Status FakeServer::ListModelVersions(Context* context, const v1::ListModelVersionsRequest*,
                                           v1::ListModelVersionsResponse* response) {
  if (grpc::Status error = Begin(context, "ListModelVersions"); !error.ok()) return error;
  v1::ModelVersion& second = *response->add_versions();
  second = IrisVersion();
  second.set_version(2);
  second.mutable_evaluation()->mutable_classification()->set_accuracy(0.9);
  *response->add_versions() = IrisVersion();
  return grpc::Status::OK;
}

grpc::Status FakeServer::SetTraffic(Context* context, const v1::SetTrafficRequest* request,
                                    v1::Model* response) {
  if (grpc::Status error = Begin(context, "SetTraffic"); !error.ok()) return error;
  absl::MutexLock lock(&mutex_);
  *model_.mutable_traffic() = request->traffic();
  *model_.mutable_shadows() = request->shadows();
  *response = model_;
  return grpc::Status::OK;
}

grpc::Status FakeServer::SetAlias(Context* context, const v1::SetAliasRequest* request,
                                  v1::Model* response) {
  if (grpc::Status error = Begin(context, "SetAlias"); !error.ok()) return error;
  absl::MutexLock lock(&mutex_);
  if (request->version() == 0) {
    model_.mutable_aliases()->erase(request->alias());
  } else {
    (*model_.mutable_aliases())[request->alias()] = request->version();
  }
  *response = model_;
  return grpc::Status::OK;
}

grpc::Status FakeServer::Predict(Context* context, const v1::PredictRequest* request,
                                 v1::PredictResponse* response) {
  if (grpc::Status error = Begin(context, "Predict"); !error.ok()) return error;
  absl::MutexLock lock(&mutex_);
  predict_request_ = *request;
  response->set_model_version("models/iris/versions/1");
  response->add_classes("setosa");
  response->add_classes("versicolor");
  const int rows = RowCount(*request);
  predict_sizes_.push_back(rows);
  for (int i = 0; i < rows; ++i) {
    v1::Prediction* prediction = response->add_predictions();
    prediction->set_label("setosa");
    prediction->add_probabilities(0.75);
    prediction->add_probabilities(0.25);
  }
  return grpc::Status::OK;
}

// Answers each request as Predict does, and counts as one call of it.
grpc::Status FakeServer::PredictStream(
    Context* context, grpc::ServerReaderWriter<v1::PredictResponse, v1::PredictRequest>* stream) {
  v1::PredictRequest request;
  while (stream->Read(&request)) {
    v1::PredictResponse response;
    if (grpc::Status error = Predict(context, &request, &response); !error.ok()) return error;
    stream->Write(response);
  }
  return grpc::Status::OK;
}

}  // namespace serin
