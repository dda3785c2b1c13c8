#ifndef SERIN_SERVER_PROXY_JSON_MODEL_EXCHANGE_H_
#define SERIN_SERVER_PROXY_JSON_MODEL_EXCHANGE_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "nlohmann/json_fwd.hpp"
#include "serin/v1/model.pb.h"
#include "serin/v1/predict_service.pb.h"
#include "server/proxy/json/buffered_exchange.h"
#include "server/proxy/json/model_target.h"

namespace serin {

// What the exchanges about one model have in common.
class ModelExchange : public BufferedExchange {
 public:
  ModelExchange(const FrontContext& context, FrontRequest request, ModelTarget model)
      : BufferedExchange(context, std::move(request), ErrorForm::kPlain),
        model_(std::move(model)) {}

 protected:
  const ModelTarget& model() const { return model_; }

  // The version that the path names; where it names none, the one with the largest share of the
  // model's traffic, or the newest where it has none. Two calls then, otherwise one.
  void FindVersion(std::function<void(v1::ModelVersion)> done);

  // All versions of the model, newest first.
  void ListVersions(std::function<void(std::vector<v1::ModelVersion>)> done);

  // Both messages serialised, since they may be large: `done` gets a PredictResponse.
  void Predict(absl::string_view request, std::function<void(std::string)> done);

 private:
  void GetVersion(const std::string& name, std::function<void(v1::ModelVersion)> done);
  void ListPage(const std::string& page_token,
                std::function<void(std::vector<v1::ModelVersion>)> done);

  const ModelTarget model_;
  std::vector<v1::ModelVersion> listed_;
};

// A PredictResponse of the server. INTERNAL if it is none.
absl::StatusOr<v1::PredictResponse> ParsePrediction(absl::string_view message);

// Names of a model version's features, in order.
std::vector<std::string> FeatureNames(const v1::ModelVersion& version);

}  // namespace serin

#endif  // SERIN_SERVER_PROXY_JSON_MODEL_EXCHANGE_H_
