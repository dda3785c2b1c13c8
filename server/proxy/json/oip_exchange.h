#ifndef SERIN_SERVER_PROXY_JSON_OIP_EXCHANGE_H_
#define SERIN_SERVER_PROXY_JSON_OIP_EXCHANGE_H_

#include <optional>
#include <string>

#include "server/proxy/json/buffered_exchange.h"
#include "server/proxy/json/model_target.h"
#include "server/proxy/json/oip_infer.h"

namespace serin {

// POST /v2/models/M[/versions/V]/infer: the Open Inference Protocol over REST becomes a call of its
// gRPC service, so that there is one reader of tensors, the predictor's.
class OipInfer final : public BufferedExchange {
 public:
  OipInfer(const FrontContext& context, FrontRequest request, ModelTarget model)
      : BufferedExchange(context, std::move(request), ErrorForm::kPlain),
        model_(std::move(model)) {}

 private:
  void Handle(std::string body) override;
  // How much of the body is JSON, where binary tensors follow.
  absl::StatusOr<std::optional<size_t>> JsonBytes() const;
  // A ModelInferRequest, serialised, since it may be large.
  void Infer(absl::string_view request);
  void Answer(std::string response);

  const ModelTarget model_;
  BinaryOutputs binary_;
};

}  // namespace serin

#endif  // SERIN_SERVER_PROXY_JSON_OIP_EXCHANGE_H_
