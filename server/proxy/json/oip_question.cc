#include "server/proxy/json/oip_question.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/status_macros.h"
#include "inference/grpc_service.pb.h"
#include "nlohmann/json.hpp"
#include "server/proxy/json/json_text.h"
#include "server/proxy/json/proto_json.h"

namespace serin {
namespace {

using json = nlohmann::ordered_json;

constexpr absl::string_view kService = "/inference.GRPCInferenceService/";

HttpReply PlainError(const absl::Status& error) { return ErrorReply(ErrorForm::kPlain, error); }

// A question whose request is fixed, and whose response `show` makes JSON of.
template <typename Response, typename Request, typename Show>
OipQuestion Ask(const char* method, const Request& request, Show show) {
  const auto answer = [show](absl::string_view message) {
    Response response;
    if (response.ParseFromArray(message.data(), static_cast<int>(message.size()))) {
      return show(response);
    }
    return PlainError(absl::InternalError("the server's answer does not parse"));
  };
  return {.method = method,
          .ask = [bytes = request.SerializeAsString()](
                     absl::string_view) -> absl::StatusOr<std::string> { return bytes; },
          .answer = answer,
          .explain = PlainError};
}

template <typename Request>
Request About(const ModelTarget& model) {
  Request request;
  request.set_name(model.model);
  request.set_version(model.version);
  return request;
}

HttpReply ShowAll(const google::protobuf::Message& response) {
  return JsonReply(200, ProtoJson(response));
}

HttpReply ReadyReply(bool ready, json body) {
  body["ready"] = ready;
  return JsonReply(ready ? 200 : 503, body);
}

// {"ready": true}, or nothing.
absl::StatusOr<std::string> IndexRequest(absl::string_view body, int max_json_depth) {
  inference::RepositoryIndexRequest request;
  if (body.empty()) return request.SerializeAsString();
  SERIN_ASSIGN_OR_RETURN(const nlohmann::json parsed, ParseJson(body, max_json_depth));
  if (!parsed.is_object()) {
    return absl::InvalidArgumentError(
        absl::StrCat("the body must be an object, is ", JsonTypeName(parsed)));
  }
  const auto ready = parsed.find("ready");
  if (ready != parsed.end() && !ready->is_boolean()) {
    return InvalidField("ready", absl::StrCat("must be true or false, is ", JsonTypeName(*ready)));
  }
  request.set_ready(ready != parsed.end() && ready->get<bool>());
  return request.SerializeAsString();
}

}  // namespace

OipQuestion OipServerMetadata() {
  return Ask<inference::ServerMetadataResponse>("ServerMetadata",
                                                inference::ServerMetadataRequest(), ShowAll);
}

OipQuestion OipServerReady() {
  OipQuestion question = Ask<inference::ServerReadyResponse>(
      "ServerReady", inference::ServerReadyRequest(),
      [](const auto& response) { return ReadyReply(response.ready(), json::object()); });
  question.explain = [](const absl::Status&) { return ReadyReply(false, json::object()); };
  return question;
}

OipQuestion OipModelReady(const ModelTarget& model) {
  return Ask<inference::ModelReadyResponse>("ModelReady",
                                            About<inference::ModelReadyRequest>(model),
                                            [name = model.model](const auto& response) {
                                              return ReadyReply(response.ready(), {{"name", name}});
                                            });
}

OipQuestion OipModelMetadata(const ModelTarget& model) {
  return Ask<inference::ModelMetadataResponse>(
      "ModelMetadata", About<inference::ModelMetadataRequest>(model), ShowAll);
}

OipQuestion OipModelConfig(const ModelTarget& model) {
  return Ask<inference::ModelConfigResponse>(
      "ModelConfig", About<inference::ModelConfigRequest>(model),
      [](const auto& response) { return ShowAll(response.config()); });
}

OipQuestion OipModelStatistics(const ModelTarget& model) {
  return Ask<inference::ModelStatisticsResponse>(
      "ModelStatistics", About<inference::ModelStatisticsRequest>(model), ShowAll);
}

OipQuestion OipAllStatistics() { return OipModelStatistics({}); }

OipQuestion OipRepositoryIndex(int max_json_depth) {
  OipQuestion question = Ask<inference::RepositoryIndexResponse>(
      "RepositoryIndex", inference::RepositoryIndexRequest(),
      [](const auto& response) { return JsonReply(200, ProtoJson(response)["models"]); });
  question.ask = [max_json_depth](absl::string_view body) {
    return IndexRequest(body, max_json_depth);
  };
  return question;
}

OipQuestionExchange::OipQuestionExchange(const FrontContext& context, FrontRequest request,
                                         OipQuestion question)
    : BufferedExchange(context, std::move(request), ErrorForm::kPlain),
      question_(std::move(question)) {}

void OipQuestionExchange::Handle(std::string body) {
  const absl::StatusOr<std::string> request = question_.ask(body);
  if (!request.ok()) return Fail(request.status());
  Call(absl::StrCat(kService, question_.method), *request, [this](UnaryCall::Result result) {
    Reply(result.status.ok() ? question_.answer(result.message) : question_.explain(result.status));
  });
}

OipLive::OipLive(const FrontContext& context, FrontRequest request)
    : BufferedExchange(context, std::move(request), ErrorForm::kPlain) {}

void OipLive::Handle(std::string) { Reply(JsonReply(200, {{"live", true}})); }

}  // namespace serin
