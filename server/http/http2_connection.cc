#include "server/http/http2_connection.h"

#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/http/header_rules.h"
#include "server/http/http2_fields.h"
#include "server/http/http2_frames.h"

// Streams, reading and writing. How a connection ends is in http2_connection_end.cc.

namespace serin {
namespace {

// A connection without streams keeps a buffer of this size at most.
constexpr size_t kIdleBuffer = 1 << 10;

}  // namespace

Http2Connection::Http2Connection(Side side, EventLoop* loop, const SessionLimits* limits,
                                 std::unique_ptr<Transport> transport, Http2Owner* owner)
    : side_(side),
      loop_(*loop),
      limits_(*limits),
      owner_(owner),
      transport_(std::move(transport)),
      session_(Http2Frames::MakeSession(this)),
      liveness_(limits, loop->Now()),
      quick_resets_(limits->quick_resets, loop->Now()),
      idle_frames_(limits->idle_frames, loop->Now()),
      bad_requests_(limits->bad_requests, loop->Now()),
      timer_(loop->MakeTimer([this] { OnTimer(); })) {}

Http2Connection::~Http2Connection() { nghttp2_session_del(session_); }

void Http2Connection::Start(std::string already_read) {
  SendSettings();
  WakeForNext();
  ScheduleFlush();
  loop_.Post([self = weak_from_this(), bytes = std::move(already_read)] {
    const auto connection = self.lock();
    if (connection == nullptr || connection->state_ != State::kOpen) return;
    connection->transport_->set_handler(connection.get());
    if (!bytes.empty()) connection->OnRead(bytes);
  });
}

void Http2Connection::SendSettings() {
  const nghttp2_settings_entry role =
      side_ == Side::kServer ? nghttp2_settings_entry{NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS,
                                                      limits_.max_concurrent_streams}
                             : nghttp2_settings_entry{NGHTTP2_SETTINGS_ENABLE_PUSH, 0};
  const nghttp2_settings_entry settings[] = {
      role,
      {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, limits_.stream_window},
      {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, limits_.max_header_list_bytes}};
  nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, settings, std::size(settings));
  nghttp2_session_set_local_window_size(session_, NGHTTP2_FLAG_NONE, 0,
                                        static_cast<int32_t>(limits_.connection_window));
}

// Streams.

bool Http2Connection::HasRoom() const {
  const uint32_t peers =
      nghttp2_session_get_remote_settings(session_, NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS);
  return streams_.size() < std::min(limits_.max_concurrent_streams, peers);
}

Http2Stream* Http2Connection::AddStream() {
  streams_.push_back(std::make_unique<Http2Stream>(this));
  Http2Stream* const stream = streams_.back().get();
  stream->index = streams_.size() - 1;
  stream->opened = loop_.Now();
  if (look_for_stalls_ == absl::InfiniteFuture()) PlanToLookForStalls();
  liveness_.OnStreams(streams_.size(), loop_.Now());
  return stream;
}

std::unique_ptr<HttpStream> Http2Connection::Open(const Headers& head, bool end,
                                                  StreamHandler* handler) {
  if (state_ != State::kOpen || !told_ready_ || peer_going_) return nullptr;
  if (!HasRoom()) {
    wants_room_ = true;
    return nullptr;
  }
  Http2Stream* const stream = AddStream();
  auto handle = std::make_unique<Http2StreamHandle>(stream);
  stream->handler = handler;
  if (end) stream->queue.End();
  ScheduleFlush();
  WakeForNext();
  stream->head_sent = head;
  const Http2Fields fields(stream->head_sent, Http2Fields::Text::kStays);
  const nghttp2_data_provider body = Http2Frames::Body();
  stream->id = !MaySend(head)
                   ? NGHTTP2_ERR_INVALID_ARGUMENT
                   : nghttp2_submit_request(session_, nullptr, fields.data(), fields.size(),
                                            end ? nullptr : &body, stream);
  if (stream->id > 0) return handle;
  if (stream->id == NGHTTP2_ERR_STREAM_ID_NOT_AVAILABLE) peer_going_ = true;
  const bool refused = stream->id == NGHTTP2_ERR_STREAM_ID_NOT_AVAILABLE;
  NoteClosed(stream, refused ? StreamEnd::kRefused : StreamEnd::kReset,
             refused ? NGHTTP2_REFUSED_STREAM : NGHTTP2_INTERNAL_ERROR);
  return handle;
}

void Http2Connection::SendHeaders(Http2Stream* stream, Headers headers, bool end) {
  if (side_ == Side::kClient) return;
  if (!MaySend(headers)) return Break(stream, NGHTTP2_INTERNAL_ERROR);
  ScheduleFlush();
  if (headers.Get(":status").substr(0, 1) == "1") {
    const Http2Fields fields(headers, Http2Fields::Text::kGoes);
    nghttp2_submit_headers(session_, NGHTTP2_FLAG_NONE, stream->id, nullptr, fields.data(),
                           fields.size(), nullptr);
    return;
  }
  if (!stream->head_sent.empty()) return Break(stream, NGHTTP2_INTERNAL_ERROR);  // A second one.
  if (end) stream->queue.End();
  stream->head_sent = std::move(headers);
  const Http2Fields fields(stream->head_sent, Http2Fields::Text::kStays);
  const nghttp2_data_provider body = Http2Frames::Body();
  nghttp2_submit_response(session_, stream->id, fields.data(), fields.size(),
                          end ? nullptr : &body);
}

void Http2Connection::SendData(Http2Stream* stream, absl::string_view data, bool end) {
  if (stream->queue.size() == 0) stream->moved = loop_.Now();
  stream->queue.Append(data);
  if (end) stream->queue.End();
  SendQueued(stream);
}

void Http2Connection::SendQueued(Http2Stream* stream) {
  if (stream->waits_for_data) {
    stream->waits_for_data = false;
    nghttp2_session_resume_data(session_, stream->id);
  }
  ScheduleFlush();
}

void Http2Connection::SendTrailers(Http2Stream* stream, Headers trailers) {
  if (!MaySend(trailers)) return Break(stream, NGHTTP2_INTERNAL_ERROR);
  stream->queue.EndWith(std::move(trailers));
  SendQueued(stream);
}

void Http2Connection::Break(Http2Stream* stream, uint32_t error) {
  nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, stream->id, error);
  ScheduleFlush();
}

void Http2Connection::Reset(Http2Stream* stream, uint32_t error) {
  nghttp2_session_consume_connection(session_, std::exchange(stream->unconsumed, 0));
  // Nothing is left to reset: nghttp2 closes it when the callback that told of the end returns.
  if (stream->ended && stream->peer_ended) return;
  if (error == NGHTTP2_NO_ERROR && stream->queue.ended() && !stream->ended) {
    stream->reset_when_ended = true;
    ScheduleFlush();
  } else {
    Break(stream, error);
  }
}

void Http2Connection::Abandon(Http2Stream* stream) {
  Reset(stream, stream == accepting_ ? NGHTTP2_REFUSED_STREAM : NGHTTP2_CANCEL);
}

void Http2Connection::Consume(Http2Stream* stream, size_t bytes) {
  bytes = std::min(bytes, stream->unconsumed);
  if (bytes == 0) return;
  stream->unconsumed -= bytes;
  nghttp2_session_consume(session_, stream->id, bytes);
  if (nghttp2_session_want_write(session_) != 0) ScheduleFlush();
}

// What became of streams.

void Http2Connection::NoteClosed(Http2Stream* stream, StreamEnd end, uint32_t error) {
  stream->closed = true;
  if (heading_ == stream) heading_ = nullptr;
  nghttp2_session_consume_connection(session_, std::exchange(stream->unconsumed, 0));
  std::unique_ptr<Http2Stream>& place = streams_[stream->index];
  closed_.push_back({std::move(place), end, error});
  place = std::move(streams_.back());
  if (place != nullptr) place->index = stream->index;
  streams_.pop_back();
  liveness_.OnStreams(streams_.size(), loop_.Now());
}

void Http2Connection::NoteSent(Http2Stream* stream, size_t bytes) {
  stream->moved = loop_.Now();
  if (stream->handler == nullptr || bytes == 0) return;
  if (stream->sent == 0) sent_.push_back(stream);
  stream->sent += bytes;
}

void Http2Connection::Deliver() {
  if (owner_ != nullptr) DeliverToStreams();
  if (owner_ != nullptr) DeliverToOwner();
}

void Http2Connection::DeliverToStreams() {
  for (Http2Stream* stream : sent_) {
    const size_t bytes = std::exchange(stream->sent, 0);
    if (stream->handler != nullptr) stream->handler->OnSent(bytes);
    if (owner_ == nullptr) return;
  }
  sent_.clear();
  for (size_t i = 0; i < closed_.size(); ++i) {  // A handler may add to it.
    StreamHandler* const handler = std::exchange(closed_[i].stream->handler, nullptr);
    if (handler != nullptr) handler->OnClosed(closed_[i].end, closed_[i].error);
    if (owner_ == nullptr) return;
  }
  closed_.clear();
}

void Http2Connection::DeliverToOwner() {
  if (state_ != State::kOpen) return;
  if (peer_ready_ && !std::exchange(told_ready_, true)) owner_->OnPeerReady();
  if (owner_ == nullptr) return;
  if (peer_going_ && !std::exchange(told_going_, true)) owner_->OnGoAway();
  if (owner_ == nullptr) return;
  if (!wants_room_ || peer_going_ || !HasRoom()) return;
  wants_room_ = false;
  owner_->OnRoom();
}

// Reading.

void Http2Connection::OnRead(absl::string_view bytes) {
  if (state_ != State::kOpen) return;
  const auto self = shared_from_this();
  liveness_.OnBytes(loop_.Now());
  const ssize_t taken =
      side_ == Side::kServer ? ReceiveFromClient(bytes) : Http2Frames::Receive(session_, bytes);
  if (owner_ == nullptr) return;
  if (violation_ != nullptr) {
    return Fail(NGHTTP2_ENHANCE_YOUR_CALM,
                absl::ResourceExhaustedError(absl::StrCat("the peer sent too many ", violation_)));
  }
  if (taken < 0) {
    return Fail(NGHTTP2_PROTOCOL_ERROR,
                absl::UnavailableError(absl::StrCat("the peer broke HTTP/2: ",
                                                    nghttp2_strerror(static_cast<int>(taken)))));
  }
  Deliver();
  if (state_ != State::kOpen) return;
  WakeForNext();
  if (nghttp2_session_want_write(session_) != 0 || IsOver()) ScheduleFlush();
}

ssize_t Http2Connection::ReceiveFromClient(absl::string_view bytes) {
  ssize_t taken = 0;
  while (taken >= 0 && !bytes.empty()) {
    const ResetScanner::Piece piece = resets_.Next(&bytes);
    taken = piece.reset_stream != 0 && IsIdle(piece.reset_stream)
                ? Http2Frames::DropReset(*this)
                : Http2Frames::Receive(session_, piece.bytes);
  }
  return taken;
}

// Even numbers are the server's own, and before its SETTINGS a client may send nothing at all: both
// stay errors.
bool Http2Connection::IsIdle(uint32_t stream) const {
  return peer_ready_ && stream % 2 == 1 &&
         stream > static_cast<uint32_t>(nghttp2_session_get_last_proc_stream_id(session_));
}

// Writing.

void Http2Connection::ScheduleFlush() {
  if (flush_scheduled_ || state_ != State::kOpen) return;
  flush_scheduled_ = true;
  loop_.Post([self = weak_from_this()] {
    if (const auto connection = self.lock()) connection->Flush();
  });
}

void Http2Connection::Flush() {
  flush_scheduled_ = false;
  if (state_ != State::kOpen) return;
  while (WriteOut()) {
    if (!Gather()) return Fail(NGHTTP2_INTERNAL_ERROR, absl::InternalError("nghttp2 cannot write"));
    if (out_.empty()) break;
  }
  if (nghttp2_session_get_outbound_queue_size(session_) > limits_.max_queued_frames) {
    return Fail(NGHTTP2_ENHANCE_YOUR_CALM,
                absl::ResourceExhaustedError("the peer does not read what it asks for"));
  }
  Deliver();
  if (state_ == State::kOpen && IsOver()) Close(why_);
}

bool Http2Connection::Gather() {
  while (out_.size() < limits_.write_bytes) {
    const uint8_t* frame = nullptr;
    const ssize_t size = nghttp2_session_mem_send(session_, &frame);
    if (size <= 0) return size == 0;
    out_.append(reinterpret_cast<const char*>(frame), static_cast<size_t>(size));
  }
  return true;
}

bool Http2Connection::WriteOut() {
  if (blocked_) return false;
  if (!out_.empty()) written_ += transport_->Write(absl::string_view(out_).substr(written_));
  if (written_ < out_.size()) {
    blocked_ = true;
    blocked_since_ = loop_.Now();
    return false;
  }
  written_ = 0;
  out_.clear();
  if (streams_.empty() && out_.capacity() > kIdleBuffer) out_.shrink_to_fit();
  return true;
}

void Http2Connection::OnWritable() {
  const auto self = shared_from_this();
  blocked_ = false;
  if (state_ == State::kOpen) return Flush();
  if (state_ == State::kClosing) CloseTransport();
}

}  // namespace serin
