#include "server/proxy/json/model_exchange.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "serin/v1/model_service.pb.h"

namespace serin {
namespace {

constexpr absl::string_view kGetModel = "/serin.v1.ModelService/GetModel";
constexpr absl::string_view kGetModelVersion = "/serin.v1.ModelService/GetModelVersion";
constexpr absl::string_view kListModelVersions = "/serin.v1.ModelService/ListModelVersions";
constexpr absl::string_view kPredict = "/serin.v1.PredictService/Predict";
constexpr int kVersionsPerPage = 1000;

int32_t MainVersion(const v1::Model& model) {
  int32_t version = model.latest_version();
  int32_t largest = 0;
  for (const v1::TrafficWeight& share : model.traffic()) {
    if (share.weight() <= largest) continue;
    largest = share.weight();
    version = share.version();
  }
  return version;
}

}  // namespace

void ModelExchange::FindVersion(std::function<void(v1::ModelVersion)> done) {
  if (model_.names_version()) return GetVersion(model_.name(), std::move(done));
  v1::GetModelRequest request;
  request.set_name(model_.name());
  CallFor<v1::Model>(kGetModel, request, [this, done = std::move(done)](const v1::Model& model) {
    GetVersion(absl::StrCat(model_.name(), "/versions/", MainVersion(model)), done);
  });
}

void ModelExchange::GetVersion(const std::string& name,
                               std::function<void(v1::ModelVersion)> done) {
  v1::GetModelVersionRequest request;
  request.set_name(name);
  CallFor<v1::ModelVersion>(kGetModelVersion, request, std::move(done));
}

void ModelExchange::ListVersions(std::function<void(std::vector<v1::ModelVersion>)> done) {
  listed_.clear();
  ListPage("", std::move(done));
}

void ModelExchange::ListPage(const std::string& page_token,
                             std::function<void(std::vector<v1::ModelVersion>)> done) {
  v1::ListModelVersionsRequest request;
  request.set_model(model_.name());
  request.set_page_size(kVersionsPerPage);
  request.set_page_token(page_token);
  CallFor<v1::ListModelVersionsResponse>(
      kListModelVersions, request,
      [this, done = std::move(done)](const v1::ListModelVersionsResponse& page) {
        listed_.insert(listed_.end(), page.versions().begin(), page.versions().end());
        if (!page.next_page_token().empty()) return ListPage(page.next_page_token(), done);
        done(std::move(listed_));
      });
}

void ModelExchange::Predict(absl::string_view request, std::function<void(std::string)> done) {
  Call(kPredict, request, [this, done = std::move(done)](UnaryCall::Result result) {
    if (!result.status.ok()) return Fail(Explain(result.status));
    done(std::move(result.message));
  });
}

absl::StatusOr<v1::PredictResponse> ParsePrediction(absl::string_view message) {
  v1::PredictResponse response;
  if (response.ParseFromArray(message.data(), static_cast<int>(message.size()))) return response;
  return absl::InternalError("the server's answer does not parse");
}

std::vector<std::string> FeatureNames(const v1::ModelVersion& version) {
  std::vector<std::string> names;
  for (const v1::ColumnSchema& feature : version.features().columns()) {
    names.push_back(feature.name());
  }
  return names;
}

}  // namespace serin
