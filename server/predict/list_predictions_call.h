#ifndef SERIN_SERVER_PREDICT_LIST_PREDICTIONS_CALL_H_
#define SERIN_SERVER_PREDICT_LIST_PREDICTIONS_CALL_H_

#include <grpcpp/client_context.h>
#include <grpcpp/support/client_callback.h>
#include <grpcpp/support/server_callback.h>

#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "serin/v1/dataset_service.grpc.pb.h"
#include "serin/v1/predict_service.pb.h"
#include "server/predict/predictions_query.h"

namespace serin {

// ListPredictions: a batch of the dataset role's answer is read once the one before is on its way
// to the caller. Deletes itself when both ends are done.
class ListPredictionsCall final : public grpc::ServerWriteReactor<v1::ListPredictionsResponse> {
 public:
  // `stub` outlives the call.
  ListPredictionsCall(v1::DatasetService::StubInterface* stub, std::string project,
                      std::string model_id, const v1::ListPredictionsRequest& request);

  ~ListPredictionsCall() override;

  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override { delete this; }

 private:
  class Query;

  // Begins to ask: with labels first, and where there are none without.
  void Ask(Labels labels) ABSL_LOCKS_EXCLUDED(mutex_);
  void OnBatch(const v1::QueryDatasetsResponse& batch);
  // The end of a query, after which nothing of it comes.
  void OnAnswered(const grpc::Status& status);
  void ReadNext() ABSL_LOCKS_EXCLUDED(mutex_);
  void CancelQuery() ABSL_LOCKS_EXCLUDED(mutex_);

  v1::DatasetService::StubInterface* const stub_;
  const std::string project_;
  const std::string model_id_;
  const v1::ListPredictionsRequest request_;
  Labels labels_ = Labels::kWith;  // Of the query.
  v1::ListPredictionsResponse response_;
  absl::Mutex mutex_;
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
  std::unique_ptr<Query> query_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace serin

#endif  // SERIN_SERVER_PREDICT_LIST_PREDICTIONS_CALL_H_
