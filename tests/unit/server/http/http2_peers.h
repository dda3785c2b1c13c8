#ifndef SERIN_TESTS_UNIT_SERVER_HTTP_HTTP2_PEERS_H_
#define SERIN_TESTS_UNIT_SERVER_HTTP_HTTP2_PEERS_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "server/http/acceptor.h"
#include "server/http/client_session.h"
#include "server/http/stream.h"
#include "server/http/transport.h"

// The ends of HTTP/2 connections that tests watch and drive.

namespace serin {

// One end of a stream: writes down its callbacks; consumes at once unless told not to.
class StreamEndpoint final : public StreamHandler {
 public:
  void Attach(std::unique_ptr<HttpStream> its_stream) {
    stream = std::move(its_stream);
    if (stream != nullptr) stream->set_handler(this);
  }

  void OnHeaders(Headers headers, bool end) override {
    Note(absl::StrCat("headers ", headers.Get(":status"), end ? " end" : ""));
  }
  void OnData(absl::string_view data, bool end) override {
    received += data.size();
    if (data.size() <= 20 && !data.empty()) Note(absl::StrCat("data ", data));
    if (end) Note("data end");
    if (consumes && stream != nullptr) stream->Consume(data.size());
  }
  void OnTrailers(Headers trailers) override {
    Note(absl::StrCat("trailers ", trailers.Get("grpc-status")));
  }
  void OnSent(size_t bytes) override {
    sent += bytes;
    if (on_sent) on_sent(bytes);
  }
  void OnClosed(StreamEnd end, uint32_t error) override {
    static constexpr const char* kNames[] = {"complete", "reset", "refused", "lost"};
    Note(absl::StrCat("closed ", kNames[static_cast<int>(end)], " ", error));
  }

  std::unique_ptr<HttpStream> stream;
  std::vector<std::string> calls;
  size_t received = 0;
  size_t sent = 0;
  bool consumes = true;
  std::function<void()> during;  // Within the next callback that is noted.
  std::function<void(size_t)> on_sent;

 private:
  void Note(std::string call) {
    calls.push_back(std::move(call));
    if (during) std::exchange(during, nullptr)();
  }
};

// A server's requests, each with an endpoint of its own.
class Requests final : public StreamAcceptor {
 public:
  void OnRequest(std::unique_ptr<HttpStream> stream, Headers head, bool end,
                 const Peer& its_peer) override {
    heads.push_back(std::move(head));
    ends.push_back(end);
    peer = its_peer;
    endpoints.push_back(std::make_unique<StreamEndpoint>());
    endpoints.back()->consumes = consumes;
    if (refuses) return;
    endpoints.back()->Attach(std::move(stream));
    if (on_request) on_request(*endpoints.back());
  }

  StreamEndpoint& operator[](size_t index) { return *endpoints[index]; }
  size_t size() const { return endpoints.size(); }

  std::vector<Headers> heads;
  std::vector<bool> ends;
  std::vector<std::unique_ptr<StreamEndpoint>> endpoints;
  Peer peer;
  bool refuses = false;
  bool consumes = true;
  std::function<void(StreamEndpoint&)> on_request;
};

// What a client session's owner is told.
class SessionLog final : public ClientSessionEvents {
 public:
  void OnReady() override { Note("ready"); }
  void OnStreamAvailable() override { Note("available"); }
  void OnGoAway() override { Note("goaway"); }
  void OnClosed(absl::Status why) override {
    closed = why;
    Note("closed");
  }

  std::vector<std::string> calls;
  absl::Status closed;
  std::function<void()> during;  // Within the next callback.

 private:
  void Note(const char* call) {
    calls.emplace_back(call);
    if (during) std::exchange(during, nullptr)();
  }
};

// The other end of a transport, byte by byte.
class RawPeer final : public TransportHandler {
 public:
  explicit RawPeer(std::unique_ptr<Transport> transport) : transport_(std::move(transport)) {
    transport_->set_handler(this);
  }

  void Write(absl::string_view bytes) { transport_->Write(bytes); }
  void Close() { transport_.reset(); }
  void CloseWrite() { transport_->CloseWrite(); }
  void PauseReading(bool pause) { transport_->PauseReading(pause); }

  void OnRead(absl::string_view bytes) override { read.append(bytes.data(), bytes.size()); }
  void OnWritable() override {}
  void OnEnd() override { ended = true; }
  void OnClosed(absl::Status) override { ended = true; }

  std::string read;
  bool ended = false;

 private:
  std::unique_ptr<Transport> transport_;
};

inline Headers PostHead(absl::string_view path = "/s.S/M") {
  return Headers({{":method", "POST"},
                  {":scheme", "http"},
                  {":authority", "test"},
                  {":path", path},
                  {"content-type", "application/grpc"}});
}

}  // namespace serin

#endif  // SERIN_TESTS_UNIT_SERVER_HTTP_HTTP2_PEERS_H_
