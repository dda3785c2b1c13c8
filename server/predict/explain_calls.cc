#include "server/predict/explain_calls.h"

#include <cstddef>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/status_macros.h"
#include "server/predict/called_version.h"
#include "server/predict/decode_rows.h"
#include "server/predict/encode_explanations.h"
#include "server/predict/waiting_call.h"
#include "server/rpc/call.h"

namespace serin {
namespace {

constexpr size_t kMaxRows = 1000;
constexpr int kMinSamples = 2;  // An error needs two.
constexpr int kMaxSamples = 10'000;
constexpr absl::Duration kRetryDelay = absl::Seconds(1);

absl::StatusOr<ExplainOptions> OptionsOf(const grpc::CallbackServerContext& context,
                                         const v1::ExplainRequest& request) {
  ExplainOptions options;
  options.seed = request.seed();
  options.stop = [&context] { return context.IsCancelled(); };
  if (request.samples() == 0) return options;
  if (request.samples() < kMinSamples || request.samples() > kMaxSamples) {
    return InvalidField("samples", absl::StrCat("must be ", kMinSamples, " to ", kMaxSamples,
                                                ", is ", request.samples()));
  }
  options.samples = static_cast<size_t>(request.samples());
  return options;
}

absl::StatusOr<Table> RowsOf(const v1::ExplainRequest& request, const FeatureIndex& features) {
  SERIN_ASSIGN_OR_RETURN(Table rows, DecodeRows(request, features));
  if (rows.row_count() <= kMaxRows) return rows;
  return InvalidField(request.rows().empty() ? "columns" : "rows",
                      absl::StrCat("must be at most ", kMaxRows, " rows, are ", rows.row_count()));
}

absl::Status TooMany() {
  return WithRetryDelay(
      absl::ResourceExhaustedError(absl::StrCat(
          ExplainCalls::kMaxWaiting, " explanations wait here already; they take turns")),
      kRetryDelay);
}

}  // namespace

grpc::ServerUnaryReactor* ExplainCalls::Start(grpc::CallbackServerContext* context,
                                              const v1::ExplainRequest* request,
                                              v1::ExplainResponse* response) {
  const absl::StatusOr<CalledVersion> called =
      CalledVersionOf(*context, {.model = request->model()});
  if (!called.ok()) return Finish(context, called.status());
  auto model = host_->Find(called->project, called->model, called->version);
  if (absl::IsUnavailable(model.status())) {
    return WaitingCall::Start(host_, *called,
                              [this, context, request, response](auto* reactor, auto loaded) {
                                Enqueue(context, request, response, reactor, std::move(loaded));
                              });
  }
  grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
  Enqueue(context, request, response, reactor, std::move(model));
  return reactor;
}

void ExplainCalls::Enqueue(const grpc::CallbackServerContext* context,
                           const v1::ExplainRequest* request, v1::ExplainResponse* response,
                           grpc::ServerUnaryReactor* reactor,
                           absl::StatusOr<std::shared_ptr<const LoadedModel>> model) {
  if (!model.ok()) return reactor->Finish(ToGrpc(model.status()));
  if (++waiting_ > kMaxWaiting) {
    --waiting_;
    return reactor->Finish(ToGrpc(TooMany()));
  }
  thread_.Post([this, context, request, response, reactor, model = *std::move(model)] {
    absl::StatusOr<v1::ExplainResponse> answer = Answer(*context, *model, *request);
    --waiting_;
    if (answer.ok()) response->Swap(&*answer);
    reactor->Finish(ToGrpc(answer.status()));
  });
}

absl::StatusOr<v1::ExplainResponse> ExplainCalls::Answer(const grpc::CallbackServerContext& context,
                                                         const LoadedModel& model,
                                                         const v1::ExplainRequest& request) const {
  SERIN_ASSIGN_OR_RETURN(const ExplainOptions options, OptionsOf(context, request));
  SERIN_ASSIGN_OR_RETURN(const Table rows, RowsOf(request, model.features));
  SERIN_ASSIGN_OR_RETURN(Explanations explanations,
                         model.explainer->Explain(*model.predictor, rows, options));
  v1::ExplainResponse response = EncodeExplanations(model.predictor->model(), explanations);
  response.set_prediction_id(ids_->Next());
  response.set_model_version(model.name);
  return response;
}

}  // namespace serin
