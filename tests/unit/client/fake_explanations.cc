#include "tests/unit/client/fake_server.h"

// FakeServer: explanations and batch predictions.

namespace serin {

v1::ExplainRequest FakeServer::explain_request() const {
  absl::MutexLock lock(&mutex_);
  return explain_request_;
}

v1::BatchPredictRequest FakeServer::batch_request() const {
  absl::MutexLock lock(&mutex_);
  return batch_request_;
}

grpc::Status FakeServer::Explain(Context* context, const v1::ExplainRequest* request,
                                 v1::ExplainResponse* response) {
  if (grpc::Status error = Begin(context, "Explain"); !error.ok()) return error;
  absl::MutexLock lock(&mutex_);
  explain_request_ = *request;
  response->set_model_version("models/iris/versions/1");
  response->add_features("petal_length");
  response->set_method(v1::ExplainResponse::METHOD_LINEAR);
  response->set_scale(v1::ExplainResponse::SCALE_LOG_ODDS);
  v1::Explanation* explanation = response->add_explanations();
  explanation->mutable_prediction()->set_label("setosa");
  v1::Contributions* output = explanation->add_outputs();
  output->set_class_("setosa");
  output->set_base(1);
  output->set_score(1.5);
  output->add_contributions(0.5);
  return grpc::Status::OK;
}

grpc::Status FakeServer::BatchPredict(Context* context, const v1::BatchPredictRequest* request,
                                      v1::Job* response) {
  if (grpc::Status error = Begin(context, "BatchPredict"); !error.ok()) return error;
  absl::MutexLock lock(&mutex_);
  batch_request_ = *request;
  *response = JobIn(v1::JOB_STATE_QUEUED, 0);
  return grpc::Status::OK;
}

}  // namespace serin
