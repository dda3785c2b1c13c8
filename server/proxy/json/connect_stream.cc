#include "server/proxy/json/connect_stream.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"
#include "nlohmann/json.hpp"
#include "server/proxy/json/call_head.h"
#include "server/proxy/json/connect_error.h"

namespace serin {
namespace {

constexpr uint8_t kEndStream = 2;

uint32_t MaxMessage(const FrontOptions& options, ConnectEncoding encoding) {
  if (encoding == ConnectEncoding::kJson) return options.max_stream_json_bytes;
  constexpr size_t kMost = std::numeric_limits<uint32_t>::max();
  return static_cast<uint32_t>(std::min(options.max_body_bytes, kMost));
}

// The last message of a response stream.
std::string EndStreamJson(const absl::Status& status, const Headers& trailers) {
  nlohmann::ordered_json end = nlohmann::ordered_json::object();
  if (!status.ok()) end["error"] = ConnectErrorJson(status);
  Headers metadata;
  AddMetadata(trailers, "", &metadata);
  for (size_t i = 0; i < metadata.size(); ++i) {
    end["metadata"][std::string(metadata[i].name)].push_back(std::string(metadata[i].value));
  }
  return JsonReply(200, end).body;
}

}  // namespace

ConnectStream::ConnectStream(const FrontContext& context, FrontRequest request,
                             const google::protobuf::MethodDescriptor* method,
                             ConnectEncoding encoding)
    : Exchange(context, std::move(request), ErrorForm::kConnect),
      method_(*method),
      encoding_(encoding),
      codec_(encoding, context.options.max_json_depth),
      framer_(MaxMessage(context.options, encoding)),
      to_server_(context.options.flow_window),
      to_caller_(context.options.flow_window) {}

void ConnectStream::OnBegin() {
  call_ = std::make_unique<GrpcCall>(&context().loop, &context().grpc, CallHead(target().path),
                                     peer(), context().options.max_message_bytes,
                                     static_cast<GrpcCallEvents*>(this));
}

void ConnectStream::OnBody(absl::string_view piece) {
  to_server_.OnRead(piece.size());
  const absl::Status status = TakeMessages(piece);
  if (!status.ok()) return End(status, {});
  Consume(to_server_.TakeConsumable());
}

absl::Status ConnectStream::TakeMessages(absl::string_view piece) {
  GrpcFramer::Part part;
  while (true) {
    const absl::StatusOr<bool> found = framer_.Next(&piece, &part);
    if (absl::IsInternal(found.status())) {
      return absl::InvalidArgumentError(
          "an envelope's flags must be 0: the body is not a stream of Connect messages");
    }
    SERIN_RETURN_IF_ERROR(found.status());
    if (!*found) return absl::OkStatus();
    if (part.compressed) {
      return absl::InvalidArgumentError("a message is marked as compressed, without an encoding");
    }
    if (!context().bodies.Take(part.bytes.size())) return TooManyBodies();
    held_ += part.bytes.size();
    message_.append(part.bytes.data(), part.bytes.size());
    if (part.ends) SERIN_RETURN_IF_ERROR(TakeMessage());
  }
}

absl::Status ConnectStream::TakeMessage() {
  if (!method_.client_streaming() && framer_.messages() > 1) {
    return absl::InvalidArgumentError(
        absl::StrCat(method_.full_name(), " takes one message, and more came"));
  }
  SERIN_ASSIGN_OR_RETURN(const std::string message,
                         codec_.Decode(std::exchange(message_, {}), method_.input_type()));
  GiveBack();
  to_server_.OnQueued(call_->Send(message));
  return absl::OkStatus();
}

void ConnectStream::GiveBack() { context().bodies.Give(std::exchange(held_, 0)); }

void ConnectStream::OnBodyEnd() {
  if (!framer_.Finish().ok()) {
    return End(absl::InvalidArgumentError("the body ended within a message"), {});
  }
  if (!method_.client_streaming() && framer_.messages() == 0) {
    return End(absl::InvalidArgumentError(
                   absl::StrCat(method_.full_name(), " takes one message, and none came")),
               {});
  }
  call_->EndRequest();
}

void ConnectStream::OnReplySent(size_t bytes) {
  to_caller_.OnSent(bytes);
  call_->Consume(to_caller_.TakeConsumable());
}

void ConnectStream::OnCallHead(const Headers& head) {
  Headers metadata;
  AddMetadata(head, "", &metadata);
  BeginStream(metadata);
}

void ConnectStream::BeginStream(const Headers& metadata) {
  BeginReply(200, ConnectContentTypeName({encoding_, /*streaming=*/true}), metadata);
}

void ConnectStream::OnCallMessage(std::string message) {
  const absl::StatusOr<std::string> content = codec_.Encode(message, method_.output_type());
  if (!content.ok()) return End(content.status(), {});
  SendEnvelope(0, *content);
}

void ConnectStream::SendEnvelope(uint8_t flags, absl::string_view content) {
  std::string envelope;
  AppendGrpcMessage(content, &envelope);
  envelope[0] = static_cast<char>(flags);
  to_caller_.OnQueued(envelope.size());
  SendReply(envelope);
}

void ConnectStream::OnCallRead(size_t bytes) {
  to_caller_.OnRead(bytes);
  call_->Consume(to_caller_.TakeConsumable());
}

void ConnectStream::OnCallSent(size_t bytes) {
  to_server_.OnSent(bytes);
  Consume(to_server_.TakeConsumable());
}

void ConnectStream::OnCallDone(const absl::Status& status, const Headers& trailers) {
  End(status, trailers);
}

void ConnectStream::End(const absl::Status& status, const Headers& trailers) {
  BeginStream({});
  SendEnvelope(kEndStream, EndStreamJson(status, trailers));
  EndReply();
}

}  // namespace serin
