#include "server/control/import_model_call.h"

#include <grpcpp/server_context.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/status_macros.h"
#include "core/interchange/import.h"
#include "server/rpc/call.h"
#include "server/rpc/status.h"

namespace serin {
namespace {

constexpr size_t kMaxChunkBytes = size_t{1} << 20;

}  // namespace

ImportModelCall::ImportModelCall(grpc::CallbackServerContext* context, v1::ModelVersion* response,
                                 ModelImports* imports, ClusterPublisher* publisher,
                                 TaskThread* slow_work)
    : context_(context),
      response_(response),
      imports_(imports),
      publisher_(publisher),
      slow_work_(slow_work) {
  StartRead(&request_);
}

void ImportModelCall::OnReadDone(bool ok) {
  if (!ok) return End();
  if (const absl::Status taken = Take(); !taken.ok()) return Finish(ToGrpc(taken));
  StartRead(&request_);
}

absl::Status ImportModelCall::Take() {
  if (wanted_) return TakeChunk();
  if (!request_.has_spec()) return InvalidField("spec", "must come first");
  SERIN_ASSIGN_OR_RETURN(std::string project, ProjectOf(*context_));
  SERIN_ASSIGN_OR_RETURN(wanted_, ModelImports::Check(std::move(project), request_.spec()));
  return absl::OkStatus();
}

absl::Status ImportModelCall::TakeChunk() {
  if (request_.has_spec()) return InvalidField("spec", "must come first, and once");
  const size_t bytes = request_.chunk().size();
  if (bytes > kMaxChunkBytes) {
    return InvalidField("chunk",
                        absl::StrCat("must have at most ", kMaxChunkBytes, " bytes, has ", bytes));
  }
  if (bytes > kMaxImportBytes - file_.size()) {
    return absl::ResourceExhaustedError(
        absl::StrCat("the file is larger than ", kMaxImportBytes, " bytes"));
  }
  SERIN_RETURN_IF_ERROR(imports_->Hold(bytes));
  held_bytes_ += bytes;
  file_ += request_.chunk();
  return absl::OkStatus();
}

void ImportModelCall::End() {
  if (context_->IsCancelled()) {
    return Finish(grpc::Status(grpc::StatusCode::CANCELLED, "the caller has left"));
  }
  if (!wanted_) return Finish(ToGrpc(InvalidField("spec", "is required")));
  slow_work_->Post([this] { Import(); });
}

void ImportModelCall::Import() {
  absl::StatusOr<v1::ModelVersion> version = imports_->Import(*wanted_, file_);
  if (!version.ok()) return Finish(ToGrpc(version.status()));
  response_->Swap(&*version);
  publisher_->WhenApplied([this] { Finish(grpc::Status::OK); });
}

void ImportModelCall::OnDone() {
  imports_->Release(held_bytes_);
  delete this;
}

}  // namespace serin
