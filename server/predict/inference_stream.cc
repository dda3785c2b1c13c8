#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"
#include "server/predict/answer_stream.h"
#include "server/predict/inference_service.h"
#include "server/predict/stream_model.h"

// ModelStreamInfer, as Triton has it: an error is an answer.

namespace serin {
namespace {

// Parameters by which Triton's clients ask to be told, and are told, that no further response to
// the same request follows; here none ever does.
constexpr char kWantsFinal[] = "triton_enable_empty_final_response";
constexpr char kIsFinal[] = "triton_final_response";

bool WantsFinal(const inference::ModelInferRequest& request) {
  const auto it = request.parameters().find(kWantsFinal);
  return it != request.parameters().end() && it->second.bool_param();
}

}  // namespace

class InferenceService::StreamSession {
 public:
  StreamSession(InferenceService* service, const grpc::CallbackServerContext* context)
      : service_(*service), context_(*context), model_(&service->host_, context) {}

  std::optional<CalledVersion> Missing(const inference::ModelInferRequest& request) {
    if (!model_.known()) {
      named_ = request.model_name();
      numbered_ = request.model_version();
    }
    return model_.Find({.model = request.model_name(),
                        .version = request.model_version(),
                        .model_field = "model_name"});
  }
  void Set(absl::StatusOr<std::shared_ptr<const LoadedModel>> model) {
    model_.Set(std::move(model));
  }

  absl::Status Answer(const inference::ModelInferRequest& request,
                      inference::ModelStreamInferResponse* response) {
    auto answer = Infer(request);
    inference::ModelInferResponse& out = *response->mutable_infer_response();
    if (answer.ok()) {
      out.Swap(&*answer);
    } else {
      response->set_error_message(std::string(answer.status().message()));
      out.set_id(request.id());
    }
    if (WantsFinal(request)) (*out.mutable_parameters())[kIsFinal].set_bool_param(true);
    return absl::OkStatus();
  }

 private:
  absl::StatusOr<inference::ModelInferResponse> Infer(const inference::ModelInferRequest& request) {
    if (!model_.known()) return model_.error();
    SERIN_RETURN_IF_ERROR(CheckModel(request));
    return service_.Answer(context_, {model_.name(), model_.model()}, request);
  }

  // The proxy has chosen by the first request where the stream goes.
  absl::Status CheckModel(const inference::ModelInferRequest& request) const {
    if (request.model_name() == named_ && request.model_version() == numbered_) {
      return absl::OkStatus();
    }
    return InvalidField(
        "model_name",
        absl::StrCat("must be as in the first request of the stream, ", Show(named_, numbered_),
                     ", is ", Show(request.model_name(), request.model_version())));
  }

  static std::string Show(absl::string_view name, absl::string_view version) {
    if (version.empty()) return QuoteForError(name);
    return absl::StrCat(QuoteForError(name), " version ", QuoteForError(version));
  }

  InferenceService& service_;
  const grpc::CallbackServerContext& context_;
  StreamModel model_;  // Of the first request that named one; answers the whole stream.
  std::string named_;  // As that request has it.
  std::string numbered_;
};

grpc::ServerBidiReactor<inference::ModelInferRequest, inference::ModelStreamInferResponse>*
InferenceService::ModelStreamInfer(grpc::CallbackServerContext* context) {
  return new AnswerStream<inference::ModelInferRequest, inference::ModelStreamInferResponse,
                          StreamSession>(&host_, context, StreamSession(this, context));
}

}  // namespace serin
