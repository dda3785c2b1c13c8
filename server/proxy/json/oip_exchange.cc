#include "server/proxy/json/oip_exchange.h"

#include <cstdint>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"

namespace serin {
namespace {

constexpr absl::string_view kModelInfer = "/inference.GRPCInferenceService/ModelInfer";
constexpr char kJsonBytes[] = "inference-header-content-length";

// What a body asks.
struct Inference {
  std::string request;  // A ModelInferRequest, serialised.
  BinaryOutputs binary;
};

absl::StatusOr<Inference> ReadInference(absl::string_view body, std::optional<size_t> json_bytes,
                                        int max_json_depth, const ModelTarget& model) {
  SERIN_ASSIGN_OR_RETURN(OipRequest request, ParseOipRequest(body, json_bytes, max_json_depth));
  request.message.set_model_name(model.model);
  request.message.set_model_version(model.version);
  return Inference{.request = request.message.SerializeAsString(),
                   .binary = std::move(request.binary)};
}

}  // namespace

void OipInfer::Handle(std::string body) {
  const auto json_bytes = JsonBytes();
  if (!json_bytes.ok()) return Fail(json_bytes.status());
  const size_t bytes = body.size();
  Compute(
      bytes,
      [body = std::move(body), json_bytes = *json_bytes, model = model_,
       max_depth = context().options.max_json_depth] {
        return ReadInference(body, json_bytes, max_depth, model);
      },
      [this](absl::StatusOr<Inference> inference) {
        if (!inference.ok()) return Fail(inference.status());
        binary_ = std::move(inference->binary);
        Infer(inference->request);
      });
}

absl::StatusOr<std::optional<size_t>> OipInfer::JsonBytes() const {
  const absl::string_view value = head().Get(kJsonBytes);
  if (value.empty()) return std::nullopt;
  uint64_t bytes = 0;
  if (absl::SimpleAtoi(value, &bytes)) return bytes;
  return InvalidField(kJsonBytes,
                      absl::StrCat("must be a number of bytes, is ", QuoteForError(value)));
}

void OipInfer::Infer(absl::string_view request) {
  Call(kModelInfer, request, [this](UnaryCall::Result result) {
    result.status.ok() ? Answer(std::move(result.message)) : Fail(result.status);
  });
}

void OipInfer::Answer(std::string response) {
  const size_t bytes = response.size();
  Compute(
      bytes,
      [response = std::move(response), binary = binary_] { return OipReply(response, binary); },
      [this](const absl::StatusOr<HttpReply>& reply) {
        reply.ok() ? Reply(*reply) : Fail(reply.status());
      });
}

}  // namespace serin
