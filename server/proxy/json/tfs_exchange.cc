#include "server/proxy/json/tfs_exchange.h"

#include <utility>

#include "absl/strings/str_replace.h"
#include "core/base/status_macros.h"

namespace serin {

void TfsPredict::Handle(std::string body) {
  body_bytes_ = body.size();
  Compute(
      body_bytes_,
      [body = std::move(body), max_depth = context().options.max_json_depth] {
        return ParseTfsRequest(body, max_depth);
      },
      [this](absl::StatusOr<TfsRequest> request) {
        if (!request.ok()) return Fail(request.status());
        request_ = *std::move(request);
        if (!request_.needs_features) return PredictWith({});
        FindVersion(
            [this](const v1::ModelVersion& version) { PredictWith(FeatureNames(version)); });
      });
}

void TfsPredict::PredictWith(std::vector<std::string> features) {
  Compute(
      body_bytes_,
      [request = std::exchange(request_, {.format = request_.format}), model = model().name(),
       features = std::move(features)]() -> absl::StatusOr<std::string> {
        SERIN_ASSIGN_OR_RETURN(const auto message, FromTfsRequest(request, model, features));
        return message.SerializeAsString();
      },
      [this](const absl::StatusOr<std::string>& message) {
        if (!message.ok()) return Fail(message.status());
        Predict(*message, [this](std::string response) { Answer(std::move(response)); });
      });
}

void TfsPredict::Answer(std::string response) {
  const size_t bytes = response.size();
  Compute(
      bytes,
      [response = std::move(response), format = request_.format]() -> absl::StatusOr<HttpReply> {
        SERIN_ASSIGN_OR_RETURN(const auto prediction, ParsePrediction(response));
        return JsonReply(200, ToTfsResponse(prediction, format));
      },
      [this](const absl::StatusOr<HttpReply>& reply) {
        reply.ok() ? Reply(*reply) : Fail(reply.status());
      });
}

// The predictor speaks of the rows of its own request.
absl::Status TfsPredict::Explain(const absl::Status& error) const {
  if (request_.format != TfsFormat::kRows) return error;
  return Reworded(error, absl::StrReplaceAll(error.message(), {{"rows[", "instances["}}));
}

void TfsStatus::Handle(std::string) {
  if (model().names_version()) {
    return FindVersion([this](v1::ModelVersion version) {
      Reply(JsonReply(200, ToTfsStatus({std::move(version)})));
    });
  }
  ListVersions([this](const std::vector<v1::ModelVersion>& versions) {
    Reply(JsonReply(200, ToTfsStatus(versions)));
  });
}

void TfsMetadata::Handle(std::string) {
  FindVersion([this](const v1::ModelVersion& version) {
    Reply(JsonReply(200, ToTfsMetadata(model().model, version)));
  });
}

}  // namespace serin
