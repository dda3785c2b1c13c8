#include "server/proxy/json/dataset_upload.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "serin/v1/dataset_service.pb.h"
#include "server/proxy/json/call_head.h"
#include "server/proxy/json/connect_codec.h"
#include "server/proxy/json/upload_spec.h"

namespace serin {
namespace {

constexpr absl::string_view kUploadDataset = "/serin.v1.DatasetService/UploadDataset";

// Pieces as they come from a socket are small, and each message costs the dataset role a callback.
// Less than the window, so that what is gathered is never what everybody waits for.
constexpr size_t kChunkBytes = 64 * 1024;

}  // namespace

DatasetUpload::DatasetUpload(const FrontContext& context, FrontRequest request)
    : Exchange(context, std::move(request), ErrorForm::kConnect),
      to_server_(context.options.flow_window) {}

void DatasetUpload::OnBegin() {
  absl::StatusOr<v1::UploadDatasetSpec> spec = UploadSpecOf(target(), head());
  if (!spec.ok()) return Fail(spec.status());
  v1::UploadDatasetRequest first;
  *first.mutable_spec() = *std::move(spec);
  call_ = std::make_unique<GrpcCall>(&context().loop, &context().grpc, CallHead(kUploadDataset),
                                     peer(), context().options.max_message_bytes,
                                     static_cast<GrpcCallEvents*>(this));
  to_server_.OnQueued(call_->Send(first.SerializeAsString()));
}

void DatasetUpload::OnBody(absl::string_view piece) {
  to_server_.OnRead(piece.size());
  chunk_.append(piece.data(), piece.size());
  if (chunk_.size() >= kChunkBytes) SendChunk();
  Consume(to_server_.TakeConsumable());
}

void DatasetUpload::SendChunk() {
  v1::UploadDatasetRequest message;
  message.set_chunk(std::exchange(chunk_, {}));
  to_server_.OnQueued(call_->Send(message.SerializeAsString()));
}

void DatasetUpload::OnBodyEnd() {
  if (!chunk_.empty()) SendChunk();
  call_->EndRequest();
}

void DatasetUpload::OnCallHead(const Headers& head) { call_head_ = head; }

void DatasetUpload::OnCallMessage(std::string message) { response_ = std::move(message); }

void DatasetUpload::OnCallRead(size_t bytes) { call_->Consume(bytes); }

void DatasetUpload::OnCallSent(size_t bytes) {
  to_server_.OnSent(bytes);
  Consume(to_server_.TakeConsumable());
}

void DatasetUpload::OnCallDone(const absl::Status& status, const Headers& trailers) {
  set_metadata(UnaryMetadata(call_head_, trailers));
  if (!status.ok()) return Fail(status);
  v1::DatasetVersion version;
  if (!version.ParseFromString(response_)) {
    return Fail(absl::InternalError("the server's answer does not parse"));
  }
  absl::StatusOr<std::string> body = MessageToJson(version);
  if (!body.ok()) return Fail(body.status());
  // RFC 9110, section 9.3.4: 201 only if there was no such dataset before.
  Reply({.status = version.version() == 1 ? 201 : 200, .body = *std::move(body)});
}

}  // namespace serin
