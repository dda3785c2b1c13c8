// Reads any bytes as what a peer of an HTTP/2 session sends, on the server's side or the client's,
// whole and in pieces. Whatever comes, each stream hears its callbacks in order, and no more bytes
// than its window; once the peer has gone and time has passed, each has been told that it ended,
// and so has the session's owner.
//
// The first byte chooses the side and the size of pieces, the second what our end does with its
// streams.

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "server/http/http2.h"
#include "tests/testing/memory_transport.h"
#include "tests/testing/simulated_loop.h"

namespace serin {
namespace {

using testing::SimulatedLoop;

constexpr SessionLimits kLimits = {.max_concurrent_streams = 8,
                                   .max_header_list_bytes = 2000,
                                   .stream_window = 70'000,
                                   .connection_window = 100'000,
                                   .write_bytes = 4096,
                                   .quick_resets = {.burst = 50, .per_second = 1},
                                   .idle_frames = {.burst = 200, .per_second = 1},
                                   .bad_requests = {.burst = 50, .per_second = 1}};

void Check(bool condition, const char* what) {
  if (condition) return;
  std::fprintf(stderr, "http2_fuzz: %s\n", what);
  std::abort();
}

// One end of a stream, which answers, waits, resets or goes away as `choice` says, and checks what
// it is told.
class Endpoint final : public StreamHandler {
 public:
  Endpoint(uint8_t choice, bool is_request, bool peer_ended)
      : choice_(choice), head_came_(is_request), peer_ended_(peer_ended) {}

  void Attach(std::unique_ptr<HttpStream> stream) {
    stream_ = std::move(stream);
    if (stream_ != nullptr) stream_->set_handler(this);
  }

  void Answer() {
    if (stream_ == nullptr) return;
    stream_->SendHeaders(Headers({{":status", "200"}, {"content-type", "application/grpc"}}),
                         false);
    stream_->SendData(std::string(100 * choice_, 'x'), choice_ % 2 == 0);
    queued_ += 100U * choice_;
    if (choice_ % 2 == 1) stream_->SendTrailers(Headers({{"grpc-status", "0"}}));
    if (choice_ % 8 == 3) Forget(0);
    if (choice_ % 8 == 4) Forget(8);
  }

  void OnHeaders(Headers headers, bool end) override {
    Check(live(), "a head after the end");
    Check(!headers.Get(":status").empty(), "a response without a status");
    Check(headers.list_bytes() <= kLimits.max_header_list_bytes, "a head above the limit");
    head_came_ = true;
    peer_ended_ |= end;
  }
  void OnData(absl::string_view data, bool end) override {
    Check(live() && head_came_, "data before the head or after the end");
    Check(!data.empty() || end, "no data");
    peer_ended_ |= end;
    held_ += data.size();
    Check(held_ <= std::max<size_t>(kLimits.stream_window, 65'535), "more than a window");
    if (choice_ % 3 != 0) stream_->Consume(std::exchange(held_, 0));
    if (choice_ % 8 == 5) stream_.reset();
  }
  void OnTrailers(Headers headers) override {
    Check(live() && head_came_, "trailers before the head or after the end");
    Check(headers.list_bytes() <= kLimits.max_header_list_bytes, "trailers above the limit");
    peer_ended_ = true;
  }
  void OnSent(size_t bytes) override {
    Check(stream_ != nullptr && !closed_, "sent after the end");
    Check(bytes > 0 && bytes <= queued_, "more was sent than queued");
    queued_ -= bytes;
  }
  void OnClosed(StreamEnd end, uint32_t) override {
    Check(stream_ != nullptr && !closed_, "closed twice");
    Check(end != StreamEnd::kComplete || peer_ended_, "complete without an end");
    closed_ = true;
    stream_->SendData("ignored", true);
    if (choice_ % 2 == 0) stream_.reset();
  }

  bool done() const { return closed_ || stream_ == nullptr; }

 private:
  bool live() const { return stream_ != nullptr && !closed_ && !peer_ended_; }

  void Forget(uint32_t error) {
    stream_->Reset(error);
    stream_.reset();
  }

  const uint8_t choice_;
  std::unique_ptr<HttpStream> stream_;
  bool head_came_;
  bool peer_ended_;
  bool closed_ = false;
  size_t held_ = 0;
  size_t queued_ = 0;
};

class Ends final : public StreamAcceptor, public ClientSessionEvents {
 public:
  explicit Ends(uint8_t choice) : choice_(choice) {}

  void OnRequest(std::unique_ptr<HttpStream> stream, Headers head, bool end, const Peer&) override {
    Check(head.Has(":method") && head.Has(":path"), "a request without method or path");
    Check(head.list_bytes() <= kLimits.max_header_list_bytes, "a request above the limit");
    Endpoint& endpoint = Add(true, end);
    if (choice_ % 16 == 7) return;  // Refused.
    endpoint.Attach(std::move(stream));
    endpoint.Answer();
  }

  void Open(ClientSession& session) {
    for (int i = 0; i < 3; ++i) {
      Endpoint& endpoint = Add(false, false);
      endpoint.Attach(session.Open(
          Headers(
              {{":method", "POST"}, {":scheme", "http"}, {":authority", "a"}, {":path", "/s.S/M"}}),
          i == 1, &endpoint));
    }
  }
  void OnReady() override { ready = true; }
  void OnStreamAvailable() override {}
  void OnGoAway() override {}
  void OnClosed(absl::Status) override {
    Check(!closed, "the session closed twice");
    closed = true;
  }

  void CheckDone() const {
    Check(closed, "the session did not end");
    for (const auto& endpoint : endpoints_) Check(endpoint->done(), "a stream did not end");
  }

  bool ready = false;
  bool closed = false;

 private:
  Endpoint& Add(bool is_request, bool ended) {
    endpoints_.push_back(std::make_unique<Endpoint>(choice_++, is_request, ended));
    return *endpoints_.back();
  }

  uint8_t choice_;
  std::vector<std::unique_ptr<Endpoint>> endpoints_;
};

// Reads all that comes.
class Sink final : public TransportHandler {
 public:
  void OnRead(absl::string_view) override {}
  void OnWritable() override {}
  void OnEnd() override {}
  void OnClosed(absl::Status) override {}
};

}  // namespace

void FuzzHttp2(absl::string_view input) {
  if (input.size() < 2) return;
  const auto first = static_cast<uint8_t>(input[0]);
  const bool is_server = first % 2 == 0;
  const size_t piece = first / 2 % 8 == 0 ? input.size() : first / 2 % 8;
  SimulatedLoop loop;
  Ends ends(static_cast<uint8_t>(input[1]));
  auto [ours, theirs] = testing::MakeTransportPair(&loop);
  Sink sink;
  theirs->set_handler(&sink);

  std::unique_ptr<ServerConnection> server;
  std::unique_ptr<ClientSession> client;
  if (is_server) {
    server = ServeHttp2(&loop, kLimits, &ends, {.transport = std::move(ours), .on_closed = [&] {
                                                  ends.OnClosed(absl::OkStatus());
                                                  server.reset();
                                                }});
  } else {
    client = StartHttp2Client(&loop, kLimits, std::move(ours), "peer", &ends);
  }

  bool opened = false;
  for (input.remove_prefix(2); !input.empty(); input.remove_prefix(std::min(piece, input.size()))) {
    theirs->Write(input.substr(0, piece));
    loop.RunPosted();
    if (client != nullptr && ends.ready && !std::exchange(opened, true)) ends.Open(*client);
  }
  if (server != nullptr && first >= 128) server->Drain(absl::Seconds(1));
  loop.Advance(absl::Milliseconds(10));
  theirs.reset();
  loop.Advance(absl::Seconds(5));
  ends.CheckDone();
}

}  // namespace serin

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  serin::FuzzHttp2(absl::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
