#include "server/control/cluster_service.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/control/bundle_store.h"
#include "server/control/join_call.h"
#include "server/rpc/status.h"

namespace serin {
namespace {

using internal::v1::FetchBundleRequest;
using internal::v1::FetchBundleResponse;

// Writes a bundle chunk by chunk; holds one at a time.
class FetchBundleCall final : public grpc::ServerWriteReactor<FetchBundleResponse> {
 public:
  FetchBundleCall(const StoreReader* store, FetchBundleRequest request)
      : store_(store), request_(std::move(request)) {
    WriteNext();
  }

  void OnWriteDone(bool ok) override {
    if (!ok) return Finish(grpc::Status(grpc::StatusCode::CANCELLED, "the member has left"));
    WriteNext();
  }

  void OnDone() override { delete this; }

 private:
  void WriteNext() {
    absl::StatusOr<std::string> chunk =
        ReadBundleChunk(*store_, request_.project(), request_.bundle_sha256(), next_chunk_);
    if (chunk.ok()) {
      ++next_chunk_;
      response_.set_chunk(*std::move(chunk));
      StartWrite(&response_);
    } else if (absl::IsNotFound(chunk.status())) {
      Finish(ToGrpc(AtEnd()));
    } else {
      Finish(ToGrpc(chunk.status()));
    }
  }

  absl::Status AtEnd() const {
    if (next_chunk_ > 0) return absl::OkStatus();
    return absl::NotFoundError(
        absl::StrCat("there is no bundle with SHA-256 ", request_.bundle_sha256()));
  }

  const StoreReader* const store_;
  const FetchBundleRequest request_;
  int32_t next_chunk_ = 0;
  FetchBundleResponse response_;
};

}  // namespace

grpc::ServerBidiReactor<internal::v1::JoinRequest, internal::v1::ClusterState>*
ClusterService::Join(grpc::CallbackServerContext* context) {
  return new JoinCall(context, publisher_);
}

grpc::ServerWriteReactor<FetchBundleResponse>* ClusterService::FetchBundle(
    grpc::CallbackServerContext*, const FetchBundleRequest* request) {
  return new FetchBundleCall(store_, *request);
}

}  // namespace serin
