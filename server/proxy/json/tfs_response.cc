#include <string>
#include <utility>
#include <vector>

#include "nlohmann/json.hpp"
#include "server/proxy/json/tfs_predict.h"

namespace serin {
namespace {

using json = nlohmann::ordered_json;

json LabelsOf(const v1::PredictResponse& response) {
  json labels = json::array();
  for (const auto& prediction : response.predictions()) labels.push_back(prediction.label());
  return labels;
}

json ProbabilitiesOf(const v1::Prediction& prediction) {
  return json(
      std::vector<double>(prediction.probabilities().begin(), prediction.probabilities().end()));
}

json ClassificationOf(const v1::PredictResponse& response, TfsFormat format) {
  json rows = json::array();
  for (const auto& prediction : response.predictions()) {
    json probabilities = ProbabilitiesOf(prediction);
    rows.push_back(
        format == TfsFormat::kColumns
            ? std::move(probabilities)
            : json{{"label", prediction.label()}, {"probabilities", std::move(probabilities)}});
  }
  if (format == TfsFormat::kRows) return rows;
  return {{"label", LabelsOf(response)}, {"probabilities", std::move(rows)}};
}

json RegressionOf(const v1::PredictResponse& response) {
  json values = json::array();
  for (const auto& prediction : response.predictions()) values.push_back(prediction.value());
  return values;
}

}  // namespace

json ToTfsResponse(const v1::PredictResponse& response, TfsFormat format) {
  const bool classification = response.classes_size() > 0;
  json out;
  out[format == TfsFormat::kRows ? "predictions" : "outputs"] =
      classification ? ClassificationOf(response, format) : RegressionOf(response);
  if (classification) {
    out["classes"] = std::vector<std::string>(response.classes().begin(), response.classes().end());
  }
  out["model_version"] = response.model_version();
  return out;
}

}  // namespace serin
