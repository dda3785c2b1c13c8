#include "server/http/http2_stream.h"

#include <nghttp2/nghttp2.h>

#include <utility>

#include "server/http/http2_connection.h"

namespace serin {

Http2Stream::~Http2Stream() {
  if (handle != nullptr) handle->stream_ = nullptr;
}

Http2StreamHandle::~Http2StreamHandle() {
  if (stream_ == nullptr) return;
  stream_->handle = nullptr;
  stream_->handler = nullptr;
  if (!stream_->closed) stream_->connection->Abandon(stream_);
}

void Http2StreamHandle::set_handler(StreamHandler* handler) {
  if (stream_ != nullptr) stream_->handler = handler;
}

bool Http2StreamHandle::CanSend() const {
  return stream_ != nullptr && !stream_->closed && !stream_->queue.ended();
}

void Http2StreamHandle::SendHeaders(Headers headers, bool end) {
  if (CanSend()) stream_->connection->SendHeaders(stream_, std::move(headers), end);
}

void Http2StreamHandle::SendData(absl::string_view data, bool end) {
  if (CanSend()) stream_->connection->SendData(stream_, data, end);
}

void Http2StreamHandle::SendTrailers(Headers trailers) {
  if (CanSend()) stream_->connection->SendTrailers(stream_, std::move(trailers));
}

void Http2StreamHandle::Reset(uint32_t error) {
  if (stream_ == nullptr) return;
  Http2Stream* const stream = stream_;
  stream_ = nullptr;
  stream->handle = nullptr;
  stream->handler = nullptr;
  if (!stream->closed) stream->connection->Reset(stream, error);
}

void Http2StreamHandle::Consume(size_t bytes) {
  if (stream_ != nullptr && !stream_->closed) stream_->connection->Consume(stream_, bytes);
}

}  // namespace serin
