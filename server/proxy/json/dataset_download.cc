#include "server/proxy/json/dataset_download.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"
#include "server/proxy/json/call_head.h"

namespace serin {
namespace {

using Request = v1::DownloadDatasetRequest;

constexpr absl::string_view kDownloadDataset = "/serin.v1.DatasetService/DownloadDataset";

absl::Status TakeFormat(const std::string& value, Request* request) {
  if (value == "as-uploaded") {
    request->set_format(Request::FORMAT_AS_UPLOADED);
  } else if (value == "csv") {
    request->set_format(Request::FORMAT_CSV);
  } else if (value == "jsonl") {
    request->set_format(Request::FORMAT_JSON_LINES);
  } else {
    return InvalidField(
        "format", absl::StrCat("must be as-uploaded, csv or jsonl, is ", QuoteForError(value)));
  }
  return absl::OkStatus();
}

absl::StatusOr<Request> RequestOf(const RequestTarget& target) {
  Request request;
  request.set_name(target.segments[2]);
  for (const auto& [name, value] : target.query) {
    if (name == "format") {
      SERIN_RETURN_IF_ERROR(TakeFormat(value, &request));
    } else if (name == "column") {
      request.add_columns(value);
    } else {
      return InvalidField(QuoteForError(name),
                          "is not a parameter of a download; those are format and column");
    }
  }
  return request;
}

absl::string_view ContentTypeOf(Request::Format format) {
  if (format == Request::FORMAT_CSV) return "text/csv; charset=utf-8; header=present";
  if (format == Request::FORMAT_JSON_LINES) return "application/x-ndjson";
  return "application/octet-stream";
}

}  // namespace

DatasetDownload::DatasetDownload(const FrontContext& context, FrontRequest request)
    : Exchange(context, std::move(request), ErrorForm::kConnect),
      to_caller_(context.options.flow_window) {}

void DatasetDownload::OnBegin() {
  absl::StatusOr<Request> request = RequestOf(target());
  if (!request.ok()) return Fail(request.status());
  request_ = *std::move(request);
  call_ = std::make_unique<GrpcCall>(&context().loop, &context().grpc, CallHead(kDownloadDataset),
                                     peer(), context().options.max_message_bytes,
                                     static_cast<GrpcCallEvents*>(this));
  call_->Send(request_.SerializeAsString());
  call_->EndRequest();
}

void DatasetDownload::OnReplySent(size_t bytes) {
  to_caller_.OnSent(bytes);
  call_->Consume(to_caller_.TakeConsumable());
}

void DatasetDownload::OnCallMessage(std::string message) {
  v1::DownloadDatasetResponse piece;
  if (!piece.ParseFromString(message)) {
    // What has been sent cannot be taken back, but the caller is not to take it for the file.
    if (replied()) return AbortReply();
    return Fail(absl::InternalError("the server's answer does not parse"));
  }
  if (!replied()) BeginFile(piece);
  to_caller_.OnQueued(piece.chunk().size());
  SendReply(piece.chunk());
}

void DatasetDownload::BeginFile(const v1::DownloadDatasetResponse& first) {
  Headers headers;
  AddMetadata(call_head_, "", &headers);
  if (first.size_bytes() > 0) headers.Add("content-length", absl::StrCat(first.size_bytes()));
  if (!first.file_name().empty()) {
    // Names of datasets need no escapes.
    headers.Add("content-disposition",
                absl::StrCat("attachment; filename=\"", first.file_name(), "\""));
  }
  BeginReply(200, ContentTypeOf(request_.format()), headers);
}

void DatasetDownload::OnCallRead(size_t bytes) {
  to_caller_.OnRead(bytes);
  call_->Consume(to_caller_.TakeConsumable());
}

void DatasetDownload::OnCallDone(const absl::Status& status, const Headers& trailers) {
  if (status.ok()) return EndReply();
  if (replied()) return AbortReply();
  set_metadata(UnaryMetadata(call_head_, trailers));
  Fail(status);
}

}  // namespace serin
