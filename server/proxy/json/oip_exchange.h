#ifndef SERIN_SERVER_PROXY_JSON_OIP_EXCHANGE_H_
#define SERIN_SERVER_PROXY_JSON_OIP_EXCHANGE_H_

#include <optional>
#include <string>
#include <vector>

#include "server/proxy/json/model_exchange.h"
#include "server/proxy/json/oip_infer.h"

// The Open Inference Protocol over REST, under /v2.

namespace serin {

// GET /v2 and GET /v2/health/live: answered without asking anybody.
class OipServer final : public BufferedExchange {
 public:
  enum class Question { kMetadata, kLive };
  OipServer(const FrontContext& context, FrontRequest request, Question question);

 private:
  void Handle(std::string body) override;

  const Question question_;
};

// GET /v2/health/ready: whether the predictors serve.
class OipReady final : public BufferedExchange {
 public:
  OipReady(const FrontContext& context, FrontRequest request);

 private:
  void Handle(std::string body) override;
};

// GET /v2/models/M[/versions/V]/ready
class OipModelReady final : public ModelExchange {
 public:
  using ModelExchange::ModelExchange;

 private:
  void Handle(std::string body) override;
};

// GET /v2/models/M[/versions/V]
class OipMetadata final : public ModelExchange {
 public:
  using ModelExchange::ModelExchange;

 private:
  void Handle(std::string body) override;
};

// POST /v2/models/M[/versions/V]/infer
class OipInfer final : public ModelExchange {
 public:
  using ModelExchange::ModelExchange;

 private:
  void Handle(std::string body) override;
  absl::Status Explain(const absl::Status& error) const override;
  void PredictWith(v1::ModelVersion version);
  void Answer(std::string response);

  OipRequest request_;
  size_t body_bytes_ = 0;
};

}  // namespace serin

#endif  // SERIN_SERVER_PROXY_JSON_OIP_EXCHANGE_H_
