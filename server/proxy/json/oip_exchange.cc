#include "server/proxy/json/oip_exchange.h"

#include <utility>

#include "absl/strings/str_replace.h"
#include "core/base/version.h"
#include "grpc/health/v1/health.pb.h"
#include "server/proxy/json/json_text.h"

namespace serin {
namespace {

using grpc::health::v1::HealthCheckRequest;
using grpc::health::v1::HealthCheckResponse;
using nlohmann::json;

constexpr absl::string_view kHealthCheck = "/grpc.health.v1.Health/Check";

std::string HealthRequest() {
  HealthCheckRequest request;
  request.set_service("serin.v1.PredictService");
  return request.SerializeAsString();
}

bool IsServing(const UnaryCall::Result& result) {
  HealthCheckResponse response;
  return result.status.ok() && response.ParseFromString(result.message) &&
         response.status() == HealthCheckResponse::SERVING;
}

}  // namespace

OipServer::OipServer(const FrontContext& context, FrontRequest request, Question question)
    : BufferedExchange(context, std::move(request), ErrorForm::kPlain), question_(question) {}

void OipServer::Handle(std::string) {
  if (question_ == Question::kLive) return Reply(JsonReply(200, {{"live", true}}));
  Reply(JsonReply(200, {{"name", "serin"},
                        {"version", std::string(Version())},
                        {"extensions", nlohmann::ordered_json::array()}}));
}

OipReady::OipReady(const FrontContext& context, FrontRequest request)
    : BufferedExchange(context, std::move(request), ErrorForm::kPlain) {}

void OipReady::Handle(std::string) {
  Call(kHealthCheck, HealthRequest(), [this](UnaryCall::Result result) {
    const bool ready = IsServing(result);
    Reply(JsonReply(ready ? 200 : 503, {{"ready", ready}}));
  });
}

// A version that exists has been loaded by the predictors that serve, before its job succeeded.
void OipModelReady::Handle(std::string) {
  FindVersion([this](const v1::ModelVersion&) {
    Call(kHealthCheck, HealthRequest(), [this](UnaryCall::Result result) {
      const bool ready = IsServing(result);
      Reply(JsonReply(ready ? 200 : 503, {{"name", model().model}, {"ready", ready}}));
    });
  });
}

void OipMetadata::Handle(std::string) {
  FindVersion([this](const v1::ModelVersion& version) {
    ListVersions([this, version](const std::vector<v1::ModelVersion>& versions) {
      Reply(JsonReply(200, ToOipMetadata(model().model, versions, version)));
    });
  });
}

void OipInfer::Handle(std::string body) {
  absl::StatusOr<json> parsed = ParseJson(body, context().options.max_json_depth);
  if (!parsed.ok()) return Fail(parsed.status());
  absl::StatusOr<OipRequest> request = ParseOipRequest(*std::move(parsed));
  if (!request.ok()) return Fail(request.status());
  request_ = *std::move(request);
  if (!OipNeedsFeatures(request_)) return PredictWith({});
  FindVersion([this](const v1::ModelVersion& version) { PredictWith(version); });
}

void OipInfer::PredictWith(const v1::ModelVersion& version) {
  const absl::StatusOr<v1::PredictRequest> request =
      FromOipRequest(request_, model().name(), version);
  if (!request.ok()) return Fail(request.status());
  Predict(*request, [this](const v1::PredictResponse& response) {
    const absl::StatusOr<nlohmann::ordered_json> answer =
        ToOipResponse(request_, model().model, response);
    if (!answer.ok()) return Fail(answer.status());
    Reply(JsonReply(200, *answer));
  });
}

// The predictor speaks of the columns of its own request.
absl::Status OipInfer::Explain(const absl::Status& error) const {
  if (OipNeedsFeatures(request_)) return error;
  return Reworded(error, absl::StrReplaceAll(error.message(), {{"columns[", "inputs["}}));
}

}  // namespace serin
