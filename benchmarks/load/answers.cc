#include "benchmarks/load/answers.h"

#include "serin/internal/v1/cluster_service.pb.h"
#include "serin/v1/predict_service.pb.h"

namespace serin::load {

std::string Framed(const std::string& message) {
  const auto size = static_cast<uint32_t>(message.size());
  std::string framed(1, '\0');  // Not compressed.
  for (int shift = 24; shift >= 0; shift -= 8) framed.push_back(static_cast<char>(size >> shift));
  return framed + message;
}

std::string Framed(const google::protobuf::MessageLite& message) {
  return Framed(message.SerializeAsString());
}

std::string PredictRequestBytes() {
  v1::PredictRequest request;
  request.set_model("iris");
  auto& features = *request.add_rows()->mutable_features();
  features["sepal_length"].set_number_value(5.1);
  features["sepal_width"].set_number_value(3.5);
  features["petal_length"].set_number_value(1.4);
  features["petal_width"].set_number_value(0.2);
  return Framed(request);
}

std::string PredictResponseBytes() {
  v1::PredictResponse response;
  response.set_prediction_id("01m7y2beesy1wh60mq1cfpzjav");
  response.set_model_version("models/iris/versions/1");
  for (const char* name : {"setosa", "versicolor", "virginica"}) response.add_classes(name);
  v1::Prediction& prediction = *response.add_predictions();
  prediction.set_label("setosa");
  for (double probability : {0.9809, 0.0191, 0.0000}) prediction.add_probabilities(probability);
  return Framed(response);
}

std::string ClusterStateBytes(const std::string& address) {
  internal::v1::ClusterState state;
  state.set_revision(1);
  internal::v1::ModelState& model = *state.add_models();
  model.set_project("default");
  model.set_model("iris");
  model.add_versions()->set_version(1);
  v1::TrafficWeight& weight = *model.add_traffic();
  weight.set_version(1);
  weight.set_weight(100);
  internal::v1::Replica& replica = *state.add_replicas();
  replica.set_id("upstream");
  replica.set_address(address);
  replica.set_role(internal::v1::MemberHello::ROLE_PREDICT);
  internal::v1::LoadedVersion& loaded = *replica.add_loaded();
  loaded.set_project("default");
  loaded.set_model("iris");
  loaded.set_version(1);
  return Framed(state);
}

}  // namespace serin::load
