#ifndef SERIN_SERVER_PROXY_JSON_OIP_QUESTION_H_
#define SERIN_SERVER_PROXY_JSON_OIP_QUESTION_H_

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/proxy/json/buffered_exchange.h"
#include "server/proxy/json/model_target.h"

// What the Open Inference Protocol's REST form and Triton's extensions ask beside inferences, each
// one call of the protocol's gRPC service.

namespace serin {

// A question: a method, what it is asked, and what its answer is in JSON.
struct OipQuestion {
  std::string method;  // ServerMetadata
  // Makes the request, serialised, of the body, which most questions have none of.
  std::function<absl::StatusOr<std::string>(absl::string_view body)> ask;
  // Makes the reply of the response, serialised; or what an error is, where that is an answer.
  std::function<HttpReply(absl::string_view response)> answer;
  std::function<HttpReply(const absl::Status& error)> explain;
};

OipQuestion OipServerMetadata();                           // GET /v2
OipQuestion OipServerReady();                              // .../health/ready
OipQuestion OipModelReady(const ModelTarget& model);       // .../models/M/ready
OipQuestion OipModelMetadata(const ModelTarget& model);    // .../models/M
OipQuestion OipModelConfig(const ModelTarget& model);      // .../models/M/config
OipQuestion OipModelStatistics(const ModelTarget& model);  // .../models/M/stats
OipQuestion OipAllStatistics();                            // .../models/stats
OipQuestion OipRepositoryIndex(int max_json_depth);        // .../repository/index

class OipQuestionExchange final : public BufferedExchange {
 public:
  OipQuestionExchange(const FrontContext& context, FrontRequest request, OipQuestion question);

 private:
  void Handle(std::string body) override;

  const OipQuestion question_;
};

// GET /v2/health/live: answered without asking anybody.
class OipLive final : public BufferedExchange {
 public:
  OipLive(const FrontContext& context, FrontRequest request);

 private:
  void Handle(std::string body) override;
};

}  // namespace serin

#endif  // SERIN_SERVER_PROXY_JSON_OIP_QUESTION_H_
