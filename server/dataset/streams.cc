#include "server/dataset/streams.h"

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "core/base/status_macros.h"
#include "server/dataset/download.h"
#include "server/dataset/row_stream.h"
#include "server/rpc/status.h"

namespace serin {
namespace {

// At any time one read, or one task on the pool, is outstanding, never both; so the members but
// `cancelled_` need no lock. Finish is called by the last of them and nothing is touched after it.
template <typename Request, typename Response, typename Session>
class ReceiveReactor final : public grpc::ServerReadReactor<Request> {
 public:
  ReceiveReactor(grpc::CallbackServerContext* context, std::unique_ptr<Session> session,
                 WorkPool* pool, WorkPool* end_pool, Response* response)
      : context_(context),
        session_(std::move(session)),
        pool_(pool),
        end_pool_(end_pool),
        response_(response) {
    this->StartRead(&message_);
  }

  void OnReadDone(bool ok) override {
    ok ? pool_->Run([this] { TakeMessage(); }) : end_pool_->Run([this] { End(); });
  }

  void OnCancel() override { cancelled_ = true; }
  void OnDone() override { delete this; }

 private:
  bool cancelled() const { return cancelled_ || context_->IsCancelled(); }

  void TakeMessage() {
    const absl::Status status = session_->Take(std::move(message_));
    if (!status.ok()) return EndWith(status);
    this->StartRead(&message_);
  }

  // The stream has ended: all was sent, or the caller has gone away, which gRPC may tell a moment
  // later than that the stream has ended. So the session asks again just before it makes what was
  // sent; and a size that was announced settles it.
  void End() {
    absl::StatusOr<Response> response = session_->Finish([this] { return cancelled(); });
    if (response.ok()) *response_ = *std::move(response);
    EndWith(response.status());
  }

  // The session goes first, and here: it waits for its tasks and frees on disk what it gave up,
  // neither of which is for gRPC's own threads.
  void EndWith(const absl::Status& status) {
    session_.reset();
    this->Finish(ToGrpc(status));
  }

  grpc::CallbackServerContext* const context_;
  std::unique_ptr<Session> session_;
  WorkPool* const pool_;
  WorkPool* const end_pool_;
  Response* const response_;
  Request message_;
  std::atomic<bool> cancelled_ = false;
};

// Sends what a source has, message by message. As above: one write or one task is outstanding.
template <typename Response, typename Source>
class SendReactor final : public grpc::ServerWriteReactor<Response> {
 public:
  using Open = std::function<absl::StatusOr<std::unique_ptr<Source>>()>;

  SendReactor(Open open, WorkPool* pool) : open_(std::move(open)), pool_(pool) {
    pool_->Run([this] { SendFirst(); });
  }

  void OnWriteDone(bool ok) override {
    if (!ok) {
      return this->Finish(grpc::Status(grpc::StatusCode::CANCELLED, "the caller has gone away"));
    }
    pool_->Run([this] { SendNext(); });
  }

  void OnDone() override { delete this; }

 private:
  void SendFirst() {
    auto source = open_();
    if (!source.ok()) return this->Finish(ToGrpc(source.status()));
    source_ = *std::move(source);
    SendNext();
  }

  void SendNext() {
    auto message = source_->Next();
    if (!message.ok()) return this->Finish(ToGrpc(message.status()));
    if (!*message) return this->Finish(grpc::Status::OK);
    message_ = **std::move(message);
    this->StartWrite(&message_);
  }

  const Open open_;
  WorkPool* const pool_;
  std::unique_ptr<Source> source_;
  Response message_;
};

}  // namespace

grpc::ServerReadReactor<v1::UploadDatasetRequest>* ReceiveUpload(
    grpc::CallbackServerContext* context, std::string project, DatasetCatalog* catalog,
    const DatasetOptions& options, WorkPool* pool, WorkPool* end_pool,
    v1::DatasetVersion* response) {
  return new ReceiveReactor<v1::UploadDatasetRequest, v1::DatasetVersion, UploadSession>(
      context, std::make_unique<UploadSession>(catalog, pool, options, std::move(project)), pool,
      end_pool, response);
}

grpc::ServerReadReactor<v1::AppendRowsRequest>* ReceiveAppend(
    grpc::CallbackServerContext* context, std::string project, LiveDatasets* datasets,
    AppendBudget* budget, const AppendLimits& limits, WorkPool* pool,
    v1::AppendRowsResponse* response) {
  return new ReceiveReactor<v1::AppendRowsRequest, v1::AppendRowsResponse, AppendSession>(
      context, std::make_unique<AppendSession>(datasets, budget, limits, std::move(project)), pool,
      pool, response);
}

grpc::ServerWriteReactor<v1::ReadRowsResponse>* SendRows(std::string project,
                                                         const DatasetCatalog* catalog,
                                                         const v1::ReadRowsRequest& request,
                                                         WorkPool* pool) {
  const auto open = [project = std::move(project), catalog, request] {
    return RowStream::Open(catalog->store(), project, request);
  };
  return new SendReactor<v1::ReadRowsResponse, RowStream>(open, pool);
}

grpc::ServerWriteReactor<v1::DownloadDatasetResponse>* SendFile(
    std::string project, const DatasetCatalog* catalog, const v1::DownloadDatasetRequest& request,
    WorkPool* pool) {
  const auto open = [project = std::move(project), catalog, request] {
    return OpenDownload(catalog->store(), project, request);
  };
  return new SendReactor<v1::DownloadDatasetResponse, Download>(open, pool);
}

}  // namespace serin
