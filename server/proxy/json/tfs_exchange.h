#ifndef SERIN_SERVER_PROXY_JSON_TFS_EXCHANGE_H_
#define SERIN_SERVER_PROXY_JSON_TFS_EXCHANGE_H_

#include <string>
#include <vector>

#include "nlohmann/json.hpp"
#include "server/proxy/json/model_exchange.h"
#include "server/proxy/json/tfs_predict.h"

// TensorFlow Serving's REST API under /v1/models.

namespace serin {

// POST /v1/models/M[/versions/V|/labels/L]:predict
class TfsPredict final : public ModelExchange {
 public:
  using ModelExchange::ModelExchange;

 private:
  void Handle(std::string body) override;
  absl::Status Explain(const absl::Status& error) const override;
  void PredictWith(std::vector<std::string> features);
  void Answer(std::string response);

  TfsRequest request_;
  size_t body_bytes_ = 0;
};

// GET /v1/models/M[/versions/V|/labels/L]
class TfsStatus final : public ModelExchange {
 public:
  using ModelExchange::ModelExchange;

 private:
  void Handle(std::string body) override;
};

// GET /v1/models/M[/versions/V|/labels/L]/metadata
class TfsMetadata final : public ModelExchange {
 public:
  using ModelExchange::ModelExchange;

 private:
  void Handle(std::string body) override;
};

}  // namespace serin

#endif  // SERIN_SERVER_PROXY_JSON_TFS_EXCHANGE_H_
