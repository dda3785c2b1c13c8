#include "server/proxy/json/oip_exchange.h"

#include <utility>

#include "absl/strings/str_replace.h"
#include "core/base/status_macros.h"
#include "core/base/version.h"
#include "grpc/health/v1/health.pb.h"

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
  body_bytes_ = body.size();
  Compute(
      body_bytes_,
      [body = std::move(body), max_depth = context().options.max_json_depth] {
        return ParseOipRequest(body, max_depth);
      },
      [this](absl::StatusOr<OipRequest> request) {
        if (!request.ok()) return Fail(request.status());
        request_ = *std::move(request);
        if (!request_.needs_features) return PredictWith({});
        FindVersion([this](v1::ModelVersion version) { PredictWith(std::move(version)); });
      });
}

void OipInfer::PredictWith(v1::ModelVersion version) {
  OipRequest inputs = {.inputs = std::move(request_.inputs),
                       .needs_features = request_.needs_features};
  Compute(
      body_bytes_,
      [request = std::move(inputs), model = model().name(),
       version = std::move(version)]() -> absl::StatusOr<std::string> {
        SERIN_ASSIGN_OR_RETURN(const auto message, FromOipRequest(request, model, version));
        return message.SerializeAsString();
      },
      [this](const absl::StatusOr<std::string>& message) {
        if (!message.ok()) return Fail(message.status());
        Predict(*message, [this](std::string response) { Answer(std::move(response)); });
      });
}

void OipInfer::Answer(std::string response) {
  const size_t bytes = response.size();
  Compute(
      bytes,
      [response = std::move(response), request = request_,
       model = model().model]() -> absl::StatusOr<HttpReply> {
        SERIN_ASSIGN_OR_RETURN(const auto prediction, ParsePrediction(response));
        SERIN_ASSIGN_OR_RETURN(const auto answer, ToOipResponse(request, model, prediction));
        return JsonReply(200, answer);
      },
      [this](const absl::StatusOr<HttpReply>& reply) {
        reply.ok() ? Reply(*reply) : Fail(reply.status());
      });
}

// The predictor speaks of the columns of its own request.
absl::Status OipInfer::Explain(const absl::Status& error) const {
  if (request_.needs_features) return error;
  return Reworded(error, absl::StrReplaceAll(error.message(), {{"columns[", "inputs["}}));
}

}  // namespace serin
