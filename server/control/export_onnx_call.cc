#include "server/control/export_onnx_call.h"

#include <utility>

#include "core/base/status_macros.h"
#include "core/bundle/bundle.h"
#include "core/interchange/onnx_export.h"
#include "server/control/bundle_store.h"
#include "server/rpc/status.h"

namespace serin {
namespace {

constexpr size_t kPieceBytes = size_t{1} << 20;

absl::StatusOr<std::string> ReadBundle(const StoreReader& store, const std::string& project,
                                       const std::string& sha256) {
  std::string bytes;
  for (int32_t chunk = 0;; ++chunk) {
    const absl::StatusOr<std::string> piece = ReadBundleChunk(store, project, sha256, chunk);
    if (absl::IsNotFound(piece.status()) && chunk > 0) return bytes;
    SERIN_RETURN_IF_ERROR(piece.status());
    bytes += *piece;
  }
}

}  // namespace

ExportOnnxCall::ExportOnnxCall(const StoreReader* store, std::string project,
                               std::string bundle_sha256, ModelImports* room, TaskThread* slow_work)
    : store_(store),
      project_(std::move(project)),
      bundle_sha256_(std::move(bundle_sha256)),
      room_(room) {
  slow_work->Post([this] { Begin(); });
}

absl::Status ExportOnnxCall::Convert() {
  SERIN_ASSIGN_OR_RETURN(const std::string bytes, ReadBundle(*store_, project_, bundle_sha256_));
  SERIN_ASSIGN_OR_RETURN(const internal::v1::Bundle bundle, DecodeBundle(bytes));
  SERIN_ASSIGN_OR_RETURN(file_, ExportOnnx(bundle.predictor()));
  SERIN_RETURN_IF_ERROR(room_->Hold(file_.size()));
  held_bytes_ = file_.size();
  return absl::OkStatus();
}

void ExportOnnxCall::Begin() {
  if (const absl::Status converted = Convert(); !converted.ok()) return Finish(ToGrpc(converted));
  WriteNext();
}

void ExportOnnxCall::WriteNext() {
  if (sent_bytes_ == file_.size()) return Finish(grpc::Status::OK);
  response_.set_chunk(file_.substr(sent_bytes_, kPieceBytes));
  sent_bytes_ += response_.chunk().size();
  StartWrite(&response_);
}

void ExportOnnxCall::OnWriteDone(bool ok) {
  if (!ok) return Finish(grpc::Status(grpc::StatusCode::CANCELLED, "the reader has left"));
  WriteNext();
}

void ExportOnnxCall::OnDone() {
  room_->Release(held_bytes_);
  delete this;
}

}  // namespace serin
