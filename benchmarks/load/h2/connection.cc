#include "benchmarks/load/h2/connection.h"

#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

namespace serin::load {
namespace {

constexpr int32_t kWindow = 1 << 20;
constexpr uint64_t kManyResets = 1'000'000'000;
// Bytes that are put together for one write.
constexpr size_t kBatch = 64 << 10;

std::vector<nghttp2_nv> Views(const Fields& fields) {
  std::vector<nghttp2_nv> views;
  for (const auto& [name, value] : fields) {
    views.push_back({reinterpret_cast<uint8_t*>(const_cast<char*>(name.data())),
                     reinterpret_cast<uint8_t*>(const_cast<char*>(value.data())), name.size(),
                     value.size(), NGHTTP2_NV_FLAG_NONE});
  }
  return views;
}

absl::string_view View(const uint8_t* bytes, size_t size) {
  return absl::string_view(reinterpret_cast<const char*>(bytes), size);
}

}  // namespace

Body BodyOf(std::string bytes) {
  return [bytes = std::move(bytes), sent = size_t{0}](uint8_t* buffer, size_t size) mutable {
    const size_t count = std::min(size, bytes.size() - sent);
    std::memcpy(buffer, bytes.data() + sent, count);
    sent += count;
    return count;
  };
}

nghttp2_session_callbacks* Connection::Callbacks() {
  nghttp2_session_callbacks* callbacks = nullptr;
  nghttp2_session_callbacks_new(&callbacks);
  nghttp2_session_callbacks_set_on_header_callback(
      callbacks,
      [](nghttp2_session*, const nghttp2_frame* frame, const uint8_t* name, size_t name_size,
         const uint8_t* value, size_t value_size, uint8_t, void* self) {
        static_cast<Connection*>(self)->events_->OnField(frame->hd.stream_id, View(name, name_size),
                                                         View(value, value_size));
        return 0;
      });
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(
      callbacks,
      [](nghttp2_session*, uint8_t, int32_t stream, const uint8_t* bytes, size_t size, void* self) {
        static_cast<Connection*>(self)->events_->OnData(stream, View(bytes, size));
        return 0;
      });
  nghttp2_session_callbacks_set_on_frame_recv_callback(
      callbacks, [](nghttp2_session*, const nghttp2_frame* frame, void* self) {
        if (frame->hd.type == NGHTTP2_RST_STREAM) {
          static_cast<Connection*>(self)->events_->OnReset(frame->hd.stream_id);
        }
        const bool of_call = frame->hd.type == NGHTTP2_HEADERS || frame->hd.type == NGHTTP2_DATA;
        if (of_call && (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0) {
          static_cast<Connection*>(self)->events_->OnEnd(frame->hd.stream_id);
        }
        return 0;
      });
  nghttp2_session_callbacks_set_on_stream_close_callback(
      callbacks, [](nghttp2_session*, int32_t stream, uint32_t, void* self) {
        static_cast<Connection*>(self)->outgoing_.erase(stream);
        static_cast<Connection*>(self)->events_->OnStreamClosed(stream);
        return 0;
      });
  return callbacks;
}

Connection::Connection(End end, int fd, Poller* poller, ConnectionEvents* events)
    : fd_(fd), poller_(poller), events_(events) {
  static nghttp2_session_callbacks* const callbacks = Callbacks();
  if (end == End::kClient) {
    nghttp2_session_client_new(&session_, callbacks, this);
  } else {
    // A server that is to be measured against takes resets as they come, as gRPC's own do.
    nghttp2_option* options = nullptr;
    nghttp2_option_new(&options);
    nghttp2_option_set_stream_reset_rate_limit(options, kManyResets, kManyResets);
    nghttp2_session_server_new2(&session_, callbacks, this, options);
    nghttp2_option_del(options);
  }
  const nghttp2_settings_entry settings[] = {
      {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, kWindow},
      {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, 10'000},
  };
  nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, settings, std::size(settings));
  nghttp2_session_set_local_window_size(session_, NGHTTP2_FLAG_NONE, 0, 16 * kWindow);
  poller_->Add(fd_, [this](uint32_t ready) { OnReady(ready); });
  Flush();
}

Connection::~Connection() {
  if (connected()) {
    poller_->Remove(fd_);
    close(fd_);
  }
  nghttp2_session_del(session_);
}

uint32_t Connection::max_streams() const {
  return nghttp2_session_get_remote_settings(session_, NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS);
}

int32_t Connection::Request(const Fields& head, Body body) {
  if (!connected()) return -1;
  const std::vector<nghttp2_nv> views = Views(head);
  const nghttp2_data_provider provider = {.source = {}, .read_callback = ReadBody};
  const int32_t stream =
      nghttp2_submit_request(session_, nullptr, views.data(), views.size(), &provider, nullptr);
  if (stream >= 0) outgoing_[stream] = {std::move(body), {}};
  return stream;
}

void Connection::Respond(int32_t stream, const Fields& head, Body body, const Fields& trailers) {
  if (!connected()) return;
  outgoing_[stream] = {std::move(body), trailers};
  const std::vector<nghttp2_nv> views = Views(head);
  const nghttp2_data_provider provider = {.source = {}, .read_callback = ReadBody};
  nghttp2_submit_response(session_, stream, views.data(), views.size(), &provider);
}

ssize_t Connection::ReadBody(nghttp2_session* session, int32_t stream, uint8_t* buffer, size_t size,
                             uint32_t* flags, nghttp2_data_source*, void* self) {
  Outgoing& outgoing = static_cast<Connection*>(self)->outgoing_[stream];
  const size_t count = outgoing.body(buffer, size);
  if (count == kLater) return NGHTTP2_ERR_DEFERRED;
  if (count > 0) return static_cast<ssize_t>(count);
  *flags |= NGHTTP2_DATA_FLAG_EOF;
  if (outgoing.trailers.empty()) return 0;
  *flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
  const std::vector<nghttp2_nv> views = Views(outgoing.trailers);
  nghttp2_submit_trailer(session, stream, views.data(), views.size());
  return 0;
}

void Connection::Resume(int32_t stream) { nghttp2_session_resume_data(session_, stream); }

void Connection::Cancel(int32_t stream) {
  nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, stream, NGHTTP2_CANCEL);
}

void Connection::OnReady(uint32_t) {
  const bool alive = Receive();
  if (alive) Flush();
  const bool finished =
      nghttp2_session_want_read(session_) == 0 && nghttp2_session_want_write(session_) == 0;
  if (connected() && (!alive || finished)) Disconnect();
}

// False when the peer is gone or breaks the protocol.
bool Connection::Receive() {
  static thread_local uint8_t buffer[kBatch];
  while (true) {
    const ssize_t count = read(fd_, buffer, sizeof(buffer));
    if (count < 0) return errno == EAGAIN || errno == EINTR;
    if (count == 0 || nghttp2_session_mem_recv(session_, buffer, count) < 0) return false;
    if (static_cast<size_t>(count) < sizeof(buffer)) return true;
  }
}

void Connection::Flush() {
  while (connected()) {
    const uint8_t* bytes = nullptr;
    ssize_t count = 0;
    while (unsent_.size() < kBatch && (count = nghttp2_session_mem_send(session_, &bytes)) > 0) {
      unsent_.append(reinterpret_cast<const char*>(bytes), count);
    }
    if (unsent_.empty()) break;
    const ssize_t sent = write(fd_, unsent_.data(), unsent_.size());
    if (sent <= 0) break;
    unsent_.erase(0, sent);
  }
  if (connected() && waits_for_room_ != !unsent_.empty()) {
    waits_for_room_ = !unsent_.empty();
    poller_->WatchWritable(fd_, waits_for_room_);
  }
}

void Connection::Disconnect() {
  poller_->Remove(fd_);
  close(std::exchange(fd_, -1));
  events_->OnDisconnected();
}

}  // namespace serin::load
