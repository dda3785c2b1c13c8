#include "server/http/http2_frames.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/http/http2_fields.h"

namespace serin {
namespace {

// A stream that was reset sooner than this counts as a quick reset.
constexpr absl::Duration kQuick = absl::Milliseconds(100);

// A head this many times too large costs the connection: every byte of it must be decoded, since
// later heads may refer to it.
constexpr size_t kFarTooLarge = 4;

constexpr char kIdleFrames[] = "frames that move nothing";

Http2Connection& Of(void* connection) { return *static_cast<Http2Connection*>(connection); }

Http2Stream* StreamOf(nghttp2_session* session, int32_t id) {
  return static_cast<Http2Stream*>(nghttp2_session_get_stream_user_data(session, id));
}

absl::string_view Text(const uint8_t* data, size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

absl::Status Because(absl::string_view what, uint32_t error) {
  return absl::UnavailableError(absl::StrCat(what, nghttp2_http2_strerror(error)));
}

bool Ends(const nghttp2_frame_hd& header) { return (header.flags & NGHTTP2_FLAG_END_STREAM) != 0; }

// Whether a frame moves something, going by its type and length.
bool IsIdle(const nghttp2_frame_hd& header) {
  switch (header.type) {
    case NGHTTP2_DATA:
      return header.length == 0 && !Ends(header);
    case NGHTTP2_HEADERS:
    case NGHTTP2_CONTINUATION:
      return false;
    default:
      return true;
  }
}

}  // namespace

nghttp2_session* Http2Frames::MakeSession(Http2Connection* connection) {
  nghttp2_session_callbacks* callbacks = nullptr;
  nghttp2_session_callbacks_new(&callbacks);
  nghttp2_session_callbacks_set_on_begin_frame_callback(callbacks, OnBeginFrame);
  nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, OnBeginHeaders);
  nghttp2_session_callbacks_set_on_header_callback(callbacks, OnHeader);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, OnData);
  nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, OnFrame);
  nghttp2_session_callbacks_set_on_invalid_frame_recv_callback(callbacks, OnInvalidFrame);
  nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, OnStreamClose);
  nghttp2_session_callbacks_set_send_data_callback(callbacks, SendBody);
  nghttp2_session_callbacks_set_on_frame_send_callback(callbacks, OnFrameSent);

  nghttp2_option* option = nullptr;
  nghttp2_option_new(&option);
  nghttp2_option_set_no_auto_window_update(option, 1);
  nghttp2_option_set_no_closed_streams(option, 1);
  // Its own count of resets knows no difference between an attack and clients at their deadlines.
  nghttp2_option_set_stream_reset_rate_limit(option, UINT64_MAX, UINT64_MAX);

  nghttp2_session* session = nullptr;
  if (connection->side_ == Http2Connection::Side::kServer) {
    nghttp2_session_server_new2(&session, callbacks, connection, option);
  } else {
    nghttp2_session_client_new2(&session, callbacks, connection, option);
  }
  nghttp2_option_del(option);
  nghttp2_session_callbacks_del(callbacks);
  return session;
}

ssize_t Http2Frames::Receive(nghttp2_session* session, absl::string_view bytes) {
  return nghttp2_session_mem_recv(session, reinterpret_cast<const uint8_t*>(bytes.data()),
                                  bytes.size());
}

int Http2Frames::DropReset(Http2Connection& connection) {
  return Charge(connection, connection.idle_frames_, kIdleFrames);
}

nghttp2_data_provider Http2Frames::Body() {
  return {.source = {.ptr = nullptr}, .read_callback = ReadBody};  // Found by the stream's number.
}

int Http2Frames::Charge(Http2Connection& connection, RateGuard& guard, const char* violation) {
  if (guard.Spend(connection.loop_.Now())) return 0;
  connection.violation_ = violation;
  return NGHTTP2_ERR_CALLBACK_FAILURE;
}

int Http2Frames::OnBeginFrame(nghttp2_session*, const nghttp2_frame_hd* header, void* data) {
  Http2Connection& connection = Of(data);
  if (!IsIdle(*header)) return 0;
  return Charge(connection, connection.idle_frames_, kIdleFrames);
}

int Http2Frames::OnBeginHeaders(nghttp2_session* session, Frame frame, void* data) {
  Http2Connection& connection = Of(data);
  connection.liveness_.OnHeadBegin(connection.loop_.Now());
  Http2Stream* stream = StreamOf(session, frame->hd.stream_id);
  if (stream == nullptr && frame->headers.cat == NGHTTP2_HCAT_REQUEST) {
    stream = connection.AddStream();
    stream->id = frame->hd.stream_id;
    nghttp2_session_set_stream_user_data(session, stream->id, stream);
  }
  connection.heading_ = stream;
  if (stream == nullptr) return 0;
  stream->head = Headers();
  stream->head_bytes = 0;
  stream->head_too_large = false;
  return 0;
}

int Http2Frames::OnHeader(nghttp2_session*, Frame, const uint8_t* name, size_t name_length,
                          const uint8_t* value, size_t value_length, uint8_t, void* data) {
  Http2Connection& connection = Of(data);
  Http2Stream* const stream = connection.heading_;
  if (stream == nullptr) return 0;
  const size_t limit = connection.limits_.max_header_list_bytes;
  stream->head_bytes += name_length + value_length + 32;
  if (stream->head_bytes <= limit) {
    stream->head.Add(Text(name, name_length), Text(value, value_length));
    return 0;
  }
  if (!stream->head_too_large) stream->head = Headers();
  stream->head_too_large = true;
  if (stream->head_bytes <= kFarTooLarge * limit) return 0;
  connection.violation_ = "a head far above the limit";
  return NGHTTP2_ERR_CALLBACK_FAILURE;
}

int Http2Frames::OnData(nghttp2_session* session, uint8_t, int32_t id, const uint8_t* bytes,
                        size_t length, void* data) {
  Http2Connection& connection = Of(data);
  Http2Stream* const stream = StreamOf(session, id);
  if (stream == nullptr || stream->handler == nullptr || stream->closed) {
    nghttp2_session_consume_connection(session, length);
    return 0;
  }
  stream->unconsumed += length;
  stream->handler->OnData(Text(bytes, length), false);
  return connection.owner_ == nullptr ? NGHTTP2_ERR_CALLBACK_FAILURE : 0;
}

int Http2Frames::OnFrame(nghttp2_session* session, Frame frame, void* data) {
  Http2Connection& connection = Of(data);
  Http2Stream* const stream =
      frame->hd.stream_id == 0 ? nullptr : StreamOf(session, frame->hd.stream_id);
  switch (frame->hd.type) {
    case NGHTTP2_HEADERS:
      connection.liveness_.OnHeadEnd();
      if (stream != nullptr) OnHead(connection, stream, Ends(frame->hd));
      break;
    case NGHTTP2_DATA:
      if (stream == nullptr || !Ends(frame->hd)) break;
      stream->peer_ended = true;
      if (stream->handler != nullptr) stream->handler->OnData("", true);
      break;
    case NGHTTP2_RST_STREAM:
      if (stream != nullptr) OnReset(connection, stream);
      break;
    case NGHTTP2_SETTINGS:
      connection.liveness_.OnPreface();
      connection.peer_ready_ = true;
      break;
    case NGHTTP2_PING:
      OnPing(connection, frame);
      break;
    case NGHTTP2_GOAWAY:
      connection.peer_going_ = true;
      if (frame->goaway.error_code == NGHTTP2_NO_ERROR) break;
      connection.why_ = absl::UnavailableError(std::string("the peer went away: ") +
                                               nghttp2_http2_strerror(frame->goaway.error_code));
      break;
    default:
      break;
  }
  const bool stop = connection.owner_ == nullptr || connection.violation_ != nullptr;
  return stop ? NGHTTP2_ERR_CALLBACK_FAILURE : 0;
}

void Http2Frames::OnHead(Http2Connection& connection, Http2Stream* stream, bool end) {
  stream->peer_ended |= end;
  if (connection.side_ == Http2Connection::Side::kServer && !stream->accepted) {
    return OnRequest(connection, stream, end);
  }
  if (stream->handler == nullptr) return;
  if (stream->head_too_large) return connection.Break(stream, NGHTTP2_ENHANCE_YOUR_CALM);
  Headers head = std::exchange(stream->head, Headers());
  if (head.Has(":status")) {
    stream->handler->OnHeaders(std::move(head), end);
  } else {
    stream->handler->OnTrailers(std::move(head));
  }
}

void Http2Frames::OnRequest(Http2Connection& connection, Http2Stream* stream, bool end) {
  stream->accepted = true;
  if (stream->head_too_large) return Refuse(connection, stream, "431");
  if (!stream->head.Has(":path")) return Refuse(connection, stream, "405");  // CONNECT.
  auto handle = std::make_unique<Http2StreamHandle>(stream);
  connection.accepting_ = stream;
  connection.owner_->OnRequest(std::move(handle), std::exchange(stream->head, Headers()), end);
  connection.accepting_ = nullptr;
}

void Http2Frames::Refuse(Http2Connection& connection, Http2Stream* stream, const char* status) {
  Charge(connection, connection.bad_requests_, "requests with a head too large");
  connection.SendHeaders(stream, Headers({{":status", status}, {"content-length", "0"}}), true);
  connection.Reset(stream, NGHTTP2_NO_ERROR);
}

void Http2Frames::OnPing(Http2Connection& connection, Frame frame) {
  if ((frame->hd.flags & NGHTTP2_FLAG_ACK) != 0) connection.OnPingAnswered();
}

void Http2Frames::OnReset(Http2Connection& connection, Http2Stream* stream) {
  if (connection.side_ == Http2Connection::Side::kClient) return;
  if (connection.loop_.Now() - stream->opened >= kQuick) return;
  Charge(connection, connection.quick_resets_, "streams reset as soon as they were opened");
}

int Http2Frames::OnInvalidFrame(nghttp2_session*, Frame, int, void* data) {
  Http2Connection& connection = Of(data);
  connection.liveness_.OnHeadEnd();
  return Charge(connection, connection.bad_requests_, "requests that HTTP forbids");
}

int Http2Frames::OnStreamClose(nghttp2_session* session, int32_t id, uint32_t error, void* data) {
  Http2Stream* const stream = StreamOf(session, id);
  if (stream == nullptr) return 0;
  const bool complete = error == NGHTTP2_NO_ERROR && stream->ended && stream->peer_ended;
  const StreamEnd end = complete                          ? StreamEnd::kComplete
                        : error == NGHTTP2_REFUSED_STREAM ? StreamEnd::kRefused
                                                          : StreamEnd::kReset;
  Of(data).NoteClosed(stream, end, error);
  return 0;
}

ssize_t Http2Frames::ReadBody(nghttp2_session* session, int32_t id, uint8_t*, size_t length,
                              uint32_t* flags, nghttp2_data_source*, void*) {
  Http2Stream* const stream = StreamOf(session, id);
  if (stream == nullptr) return NGHTTP2_ERR_DEFERRED;
  SendQueue& queue = stream->queue;
  const size_t take = std::min(length, queue.size());
  if (take == 0 && !queue.ended()) {
    stream->waits_for_data = true;
    return NGHTTP2_ERR_DEFERRED;
  }
  *flags |= NGHTTP2_DATA_FLAG_NO_COPY;
  if (take < queue.size() || !queue.ended()) return static_cast<ssize_t>(take);
  *flags |= NGHTTP2_DATA_FLAG_EOF;
  if (queue.trailers().has_value()) {
    *flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
    const Http2Fields fields(*queue.trailers(), Http2Fields::Text::kStays);
    nghttp2_submit_trailer(session, id, fields.data(), fields.size());
  }
  return static_cast<ssize_t>(take);
}

int Http2Frames::SendBody(nghttp2_session* session, nghttp2_frame* frame,
                          const uint8_t* frame_header, size_t length, nghttp2_data_source*,
                          void* data) {
  constexpr size_t kFrameHeader = 9;
  Http2Connection& connection = Of(data);
  if (connection.out_.size() >= connection.limits_.write_bytes) return NGHTTP2_ERR_WOULDBLOCK;
  Http2Stream* const stream = StreamOf(session, frame->hd.stream_id);
  if (stream == nullptr) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
  const absl::string_view body = stream->queue.Front(length);
  connection.out_.append(reinterpret_cast<const char*>(frame_header), kFrameHeader);
  connection.out_.append(body.data(), body.size());
  stream->queue.Pop(length);
  connection.NoteSent(stream, length);
  return 0;
}

int Http2Frames::OnFrameSent(nghttp2_session* session, Frame frame, void* data) {
  Http2Connection& connection = Of(data);
  if (frame->hd.type == NGHTTP2_GOAWAY && frame->goaway.error_code != NGHTTP2_NO_ERROR) {
    connection.why_ = Because("the peer broke HTTP/2: ", frame->goaway.error_code);
  }
  if (frame->hd.type != NGHTTP2_DATA && frame->hd.type != NGHTTP2_HEADERS) return 0;
  connection.idle_frames_.Earn(2);
  if (!Ends(frame->hd)) return 0;
  Http2Stream* const stream = StreamOf(session, frame->hd.stream_id);
  if (stream == nullptr) return 0;
  stream->ended = true;
  if (stream->reset_when_ended && !stream->peer_ended) {
    nghttp2_submit_rst_stream(session, NGHTTP2_FLAG_NONE, stream->id, NGHTTP2_NO_ERROR);
  }
  return 0;
}

}  // namespace serin
