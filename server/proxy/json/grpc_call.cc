#include "server/proxy/json/grpc_call.h"

#include <utility>

#include "absl/time/time.h"
#include "core/base/errors.h"
#include "server/http/grpc_codes.h"
#include "server/http/grpc_wire.h"
#include "server/http/stream_pipe.h"

namespace serin {
namespace {

constexpr uint32_t kCancel = 8;  // HTTP/2's CANCEL.
constexpr absl::Duration kRetryDelay = absl::Seconds(1);

}  // namespace

GrpcCall::GrpcCall(EventLoop* loop, StreamAcceptor* grpc, const Headers& head,
                   const StreamAcceptor::Peer& peer, uint32_t max_message_bytes,
                   GrpcCallEvents* events)
    : events_(*events), framer_(max_message_bytes) {
  StreamPipe pipe = MakeStreamPipe(loop);
  stream_ = std::move(pipe.client);
  stream_->set_handler(this);
  grpc->OnRequest(std::move(pipe.server), head, /*end=*/false, peer);
}

GrpcCall::~GrpcCall() {
  if (destroyed_ != nullptr) *destroyed_ = true;
}

size_t GrpcCall::Send(absl::string_view message) {
  if (stream_ == nullptr) return 0;
  std::string framed;
  framed.reserve(kGrpcPrefixBytes + message.size());
  AppendGrpcMessage(message, &framed);
  stream_->SendData(framed, /*end=*/false);
  return framed.size();
}

void GrpcCall::EndRequest() {
  if (stream_ != nullptr) stream_->SendData("", /*end=*/true);
}

void GrpcCall::Consume(size_t bytes) {
  if (stream_ != nullptr && bytes > 0) stream_->Consume(bytes);
}

void GrpcCall::OnHeaders(Headers headers, bool end) {
  if (end) return Finish(GrpcStatusOf(headers), headers);
  events_.OnCallHead(headers);
}

void GrpcCall::OnData(absl::string_view data, bool end) {
  bool destroyed = false;
  destroyed_ = &destroyed;
  const absl::Status status = TakeMessages(data, &destroyed);
  if (destroyed) return;
  if (status.ok()) events_.OnCallRead(data.size());
  if (destroyed) return;
  destroyed_ = nullptr;
  if (!status.ok()) return Finish(status, {});
  if (end) Finish(absl::InternalError("the response ended without a status"), {});
}

absl::Status GrpcCall::TakeMessages(absl::string_view data, const bool* destroyed) {
  GrpcFramer::Part part;
  while (true) {
    const absl::StatusOr<bool> found = framer_.Next(&data, &part);
    if (!found.ok()) return found.status();
    if (!*found) return absl::OkStatus();
    if (part.compressed) return absl::InternalError("the response is compressed, unasked");
    message_.append(part.bytes.data(), part.bytes.size());
    if (!part.ends) continue;
    events_.OnCallMessage(std::exchange(message_, {}));
    if (*destroyed) return absl::OkStatus();
  }
}

void GrpcCall::OnTrailers(Headers trailers) {
  absl::Status status = GrpcStatusOf(trailers);
  if (status.ok()) status = framer_.Finish();
  Finish(status, trailers);
}

void GrpcCall::OnSent(size_t bytes) { events_.OnCallSent(bytes); }

// Whoever gives a call up without a word has no time for it: it is not the caller who cancelled.
void GrpcCall::OnClosed(StreamEnd end, uint32_t error) {
  if (end == StreamEnd::kReset && error == kCancel) {
    return Finish(UnavailableRetryAfter("the server gave the call up", kRetryDelay), {});
  }
  Finish(StatusOfStreamEnd("the server", end, error), {});
}

void GrpcCall::Finish(const absl::Status& status, const Headers& trailers) {
  stream_.reset();
  events_.OnCallDone(status, trailers);
}

}  // namespace serin
