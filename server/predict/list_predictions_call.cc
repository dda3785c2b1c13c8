#include "server/predict/list_predictions_call.h"

#include <utility>

#include "server/rpc/call.h"

namespace serin {

// One query of the dataset role.
class ListPredictionsCall::Query final : public grpc::ClientReadReactor<v1::QueryDatasetsResponse> {
 public:
  Query(ListPredictionsCall* call, v1::QueryDatasetsRequest request)
      : call_(*call), request_(std::move(request)) {
    SetProject(context_, call_.project_);
  }

  void Start() {
    call_.stub_->async()->QueryDatasets(&context_, &request_, this);
    // Until nothing more is read: between two reads, while the caller takes what came, the call may
    // end, and must not be gone then.
    AddHold();
    StartRead(&batch_);
    StartCall();
  }
  void ReadNext() { StartRead(&batch_); }
  void Cancel() { context_.TryCancel(); }

  void OnReadDone(bool ok) override { ok ? call_.OnBatch(batch_) : RemoveHold(); }
  void OnDone(const grpc::Status& status) override { call_.OnAnswered(status); }

 private:
  ListPredictionsCall& call_;
  const v1::QueryDatasetsRequest request_;
  grpc::ClientContext context_;
  v1::QueryDatasetsResponse batch_;
};

ListPredictionsCall::ListPredictionsCall(v1::DatasetService::StubInterface* stub,
                                         std::string project, std::string model_id,
                                         const v1::ListPredictionsRequest& request)
    : stub_(stub), project_(std::move(project)), model_id_(std::move(model_id)), request_(request) {
  Ask(Labels::kWith);
}

ListPredictionsCall::~ListPredictionsCall() = default;

void ListPredictionsCall::Ask(Labels labels) {
  labels_ = labels;
  absl::StatusOr<v1::QueryDatasetsRequest> query = QueryForPredictions(request_, model_id_, labels);
  if (!query.ok()) return Finish(ToGrpc(query.status()));
  auto next = std::make_unique<Query>(this, *std::move(query));
  Query* const started = next.get();
  {
    absl::MutexLock lock(&mutex_);
    query_ = std::move(next);
    if (cancelled_) query_->Cancel();
  }
  // From here on it may have been answered by another thread, and all of this be gone.
  started->Start();
}

void ListPredictionsCall::OnBatch(const v1::QueryDatasetsResponse& batch) {
  response_ = PredictionsOf(batch);
  if (response_.predictions().empty()) return ReadNext();
  StartWrite(&response_);
}

void ListPredictionsCall::OnWriteDone(bool ok) {
  if (!ok) CancelQuery();
  ReadNext();
}

void ListPredictionsCall::OnCancel() { CancelQuery(); }

void ListPredictionsCall::OnAnswered(const grpc::Status& status) {
  const bool absent = status.error_code() == grpc::StatusCode::NOT_FOUND;
  if (absent && labels_ == Labels::kWith) return Ask(Labels::kWithout);
  // Nothing has been logged yet.
  Finish(absent ? grpc::Status::OK : status);
}

void ListPredictionsCall::ReadNext() {
  absl::MutexLock lock(&mutex_);
  query_->ReadNext();
}

void ListPredictionsCall::CancelQuery() {
  absl::MutexLock lock(&mutex_);
  cancelled_ = true;
  query_->Cancel();
}

}  // namespace serin
