#include "server/control/batch_predict_service.h"

#include <optional>
#include <utility>

#include "core/base/status_macros.h"
#include "server/control/request_id.h"
#include "server/control/schedule_fields.h"
#include "server/rpc/call.h"

namespace serin {
namespace {

v1::BatchPrediction PredictionOf(const v1::BatchPredictRequest& request) {
  v1::BatchPrediction prediction;
  prediction.set_model_version(request.model());
  prediction.set_dataset(request.dataset());
  prediction.set_output_dataset(request.output_dataset());
  *prediction.mutable_keep_columns() = request.keep_columns();
  return prediction;
}

absl::Status Check(const v1::BatchPredictRequest& request) {
  SERIN_RETURN_IF_ERROR(CheckBatchPrediction(PredictionOf(request)));
  SERIN_RETURN_IF_ERROR(ValidateRequestId(request.request_id()));
  return CheckPriority("priority", request.priority());
}

}  // namespace

grpc::ServerUnaryReactor* BatchPredictService::BatchPredict(grpc::CallbackServerContext* context,
                                                            const v1::BatchPredictRequest* request,
                                                            v1::Job* response) {
  if (const absl::Status valid = Check(*request); !valid.ok()) return Finish(context, valid);
  const absl::StatusOr<std::string> project = ProjectOf(*context);
  if (!project.ok()) return Finish(context, project.status());
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  waiting_calls_.Post([this, project = *project, request, response, reactor] {
    absl::StatusOr<v1::Job> job = Accept(project, *request);
    if (job.ok()) response->Swap(&*job);
    reactor->Finish(ToGrpc(job.status()));
  });
  return reactor;
}

absl::StatusOr<v1::Job> BatchPredictService::Accept(const std::string& project,
                                                    const v1::BatchPredictRequest& request) const {
  // Before the lookups: a repeated request is answered even when the dataset is gone.
  SERIN_ASSIGN_OR_RETURN(std::optional<v1::Job> made,
                         jobs_->FindByRequest(project, request.request_id()));
  if (made) return *std::move(made);
  SERIN_ASSIGN_OR_RETURN(NewJob wanted, predictions_->Resolve(project, PredictionOf(request)));
  wanted.request_id = request.request_id();
  wanted.priority = request.priority();
  SERIN_ASSIGN_OR_RETURN(v1::Job job, jobs_->Create(project, wanted));
  scheduler_->Wake();
  return job;
}

}  // namespace serin
