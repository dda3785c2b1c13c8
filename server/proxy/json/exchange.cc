#include "server/proxy/json/exchange.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "server/proxy/json/call_head.h"
#include "server/proxy/json/cors.h"

namespace serin {
namespace {

constexpr uint32_t kInternalError = 2;  // RFC 9113, section 7.

void Append(const Headers& from, Headers* to) {
  for (size_t i = 0; i < from.size(); ++i) to->Add(from[i].name, from[i].value);
}

}  // namespace

Exchange::Exchange(const FrontContext& context, FrontRequest request, ErrorForm form)
    : context_(context), request_(std::move(request)), form_(form) {}

void Exchange::Begin(std::function<void()> over) {
  over_ = std::move(over);
  request_.stream->set_handler(this);
  body_ended_ = request_.end;
  begun_ = context_.loop.Now();
  const absl::StatusOr<absl::Duration> timeout = CallerTimeout(request_.head);
  if (!timeout.ok()) return Fail(timeout.status());
  deadline_ = begun_ + *timeout;
  OnBegin();
  if (body_ended_) EndBody();
}

Headers Exchange::CallHead(absl::string_view path) {
  called_ = true;
  return GrpcCallHead(request_.head, path, request_.peer, deadline_ - context_.loop.Now());
}

void Exchange::Consume(size_t bytes) {
  if (request_.stream != nullptr && bytes > 0) request_.stream->Consume(bytes);
}

void Exchange::Reply(const HttpReply& reply) {
  if (replied_) return;
  if (!reply.error.ok() && !called_) TellOfRefusal(reply.error);
  const bool head_only = request_.head.Get(":method") == "HEAD";
  Headers headers = reply.headers;
  Append(metadata_, &headers);
  if (reply.status != 204) headers.Add("content-length", absl::StrCat(reply.body.size()));
  BeginReply(reply.status, reply.content_type, headers);
  if (!head_only) SendReply(reply.body);
  EndReply();
}

void Exchange::TellOfRefusal(const absl::Status& error) const {
  context_.hooks.refused({.method = request_.head.Get(":path"),
                          .peer = request_.peer.address,
                          .status = error,
                          .duration = context_.loop.Now() - begun_});
}

void Exchange::Fail(const absl::Status& error) { Reply(ErrorReply(form_, error)); }

void Exchange::Fail(const absl::Status& error, int http_status) {
  Reply(ErrorReply(form_, error, http_status));
}

void Exchange::BeginReply(int status, absl::string_view content_type, const Headers& headers) {
  if (replied_ || request_.stream == nullptr) return;
  replied_ = true;
  Headers out{{":status", absl::StrCat(status)}};
  if (!content_type.empty()) out.Add("content-type", content_type);
  Append(headers, &out);
  AddCorsHeaders(context_.options.allowed_origins, request_.head.Get("origin"), &out);
  request_.stream->SendHeaders(out, /*end=*/false);
}

void Exchange::SendReply(absl::string_view piece) {
  if (request_.stream != nullptr && !piece.empty()) request_.stream->SendData(piece, false);
}

// An answer that is complete before its request resets what is left of that.
void Exchange::EndReply() {
  if (reply_ended_ || request_.stream == nullptr) return;
  reply_ended_ = true;
  request_.stream->SendData("", /*end=*/true);
  OnOver();
  if (body_ended_) return;  // OnClosed follows.
  request_.stream->Reset(0);
  BeOver();
}

void Exchange::AbortReply() {
  if (reply_ended_ || request_.stream == nullptr) return;
  reply_ended_ = true;
  OnOver();
  request_.stream->Reset(kInternalError);
  BeOver();
}

void Exchange::OnHeaders(Headers, bool) {}  // A request has one head, which came before.

void Exchange::OnData(absl::string_view data, bool end) {
  if (!data.empty()) {
    reply_ended_ ? Consume(data.size()) : OnBody(data);
  }
  if (end) EndBody();
}

void Exchange::OnTrailers(Headers) { EndBody(); }

void Exchange::EndBody() {
  body_ended_ = true;
  if (!reply_ended_) OnBodyEnd();
}

void Exchange::OnSent(size_t bytes) {
  if (!reply_ended_) OnReplySent(bytes);
}

void Exchange::OnClosed(StreamEnd, uint32_t) {
  if (!std::exchange(reply_ended_, true)) OnOver();
  BeOver();
}

void Exchange::BeOver() {
  request_.stream.reset();
  if (over_) std::exchange(over_, nullptr)();
}

}  // namespace serin
