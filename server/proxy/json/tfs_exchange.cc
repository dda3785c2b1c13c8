#include "server/proxy/json/tfs_exchange.h"

#include <utility>

#include "absl/strings/str_replace.h"
#include "server/proxy/json/json_text.h"

namespace serin {

void TfsPredict::Handle(std::string body) {
  absl::StatusOr<nlohmann::json> parsed = ParseJson(body, context().options.max_json_depth);
  if (!parsed.ok()) return Fail(parsed.status());
  body_ = *std::move(parsed);
  const absl::StatusOr<TfsFormat> format = TfsFormatOf(body_);
  if (!format.ok()) return Fail(format.status());
  format_ = *format;
  if (!TfsNeedsFeatures(body_)) return PredictWith({});
  FindVersion([this](const v1::ModelVersion& version) { PredictWith(FeatureNames(version)); });
}

void TfsPredict::PredictWith(const std::vector<std::string>& features) {
  const absl::StatusOr<v1::PredictRequest> request =
      FromTfsRequest(body_, model().name(), features);
  if (!request.ok()) return Fail(request.status());
  Predict(*request, [this](const v1::PredictResponse& response) {
    Reply(JsonReply(200, ToTfsResponse(response, format_)));
  });
}

// The predictor speaks of the rows of its own request.
absl::Status TfsPredict::Explain(const absl::Status& error) const {
  if (format_ != TfsFormat::kRows) return error;
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
