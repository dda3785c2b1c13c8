// Reads any bytes as a connection of HTTP/1.1, whole and in pieces: both must give the same
// requests and the same answers, every stream must be told how it ended, and whatever was read as
// two requests must have come in two.
//
// The first byte chooses the size of the pieces.

#include "server/http/http1.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/testing/memory_transport.h"
#include "tests/testing/simulated_loop.h"

namespace serin {
namespace {

void Check(bool condition, const char* what) {
  if (condition) return;
  std::fprintf(stderr, "http1_fuzz: %s\n", what);
  std::abort();
}

// Answers each request with what came of it, once it has ended.
class Echo final : public StreamHandler {
 public:
  Echo(std::unique_ptr<HttpStream> stream, const Headers& head, bool end)
      : log(absl::StrCat(head.Get(":method"), " ", head.Get(":path"), "\n")),
        stream_(std::move(stream)) {
    stream_->set_handler(this);
    if (end) Answer();
  }

  std::string log;
  bool closed = false;

 private:
  void OnHeaders(Headers, bool) override { Check(false, "a second head"); }
  void OnData(absl::string_view data, bool end) override {
    Check(!closed, "data after the end");
    log.append(data.data(), data.size());
    stream_->Consume(data.size());
    if (end) Answer();
  }
  void OnTrailers(Headers) override { Check(false, "trailers"); }
  void OnSent(size_t) override {}
  void OnClosed(StreamEnd, uint32_t) override {
    Check(!closed, "closed twice");
    closed = true;
  }

  void Answer() {
    stream_->SendHeaders({{":status", "200"}}, false);
    stream_->SendData(log, true);
  }

  const std::unique_ptr<HttpStream> stream_;
};

struct Conversation final : public StreamAcceptor, public TransportHandler {
  void OnRequest(std::unique_ptr<HttpStream> stream, Headers head, bool end, const Peer&) override {
    Check(!head.Get(":method").empty() && !head.Get(":path").empty(), "a head without its line");
    Check(echoes.empty() || echoes.back()->closed, "two exchanges at a time");
    echoes.push_back(std::make_unique<Echo>(std::move(stream), head, end));
  }
  void OnRead(absl::string_view bytes) override { answers.append(bytes.data(), bytes.size()); }
  void OnWritable() override {}
  void OnEnd() override { ended = true; }
  void OnClosed(absl::Status) override { ended = true; }

  std::vector<std::unique_ptr<Echo>> echoes;
  std::string answers;
  bool ended = false;
};

// The requests that were served, as text. Not the answers: where a head is both malformed and too
// large, it depends on the pieces which of the two is said.
std::string Converse(absl::string_view input, size_t piece) {
  testing::SimulatedLoop loop;
  Conversation conversation;
  auto [client, server] = testing::MakeTransportPair(&loop, 4 << 20);
  client->set_handler(&conversation);
  std::unique_ptr<ServerConnection> connection;
  bool closed = false;
  connection = ServeHttp1(&loop, {.max_header_list_bytes = 512}, &conversation,
                          {.transport = std::move(server), .on_closed = [&] {
                             Check(!closed, "the connection closed twice");
                             closed = true;
                             connection.reset();
                           }});
  for (; !input.empty() && !conversation.ended; input.remove_prefix(piece)) {
    piece = std::min(piece, input.size());
    client->Write(input.substr(0, piece));
    loop.RunPosted();
  }
  client->CloseWrite();
  loop.RunPosted();
  loop.Advance(absl::Hours(1));
  Check(closed, "the connection never ends");
  std::string log;
  for (const auto& echo : conversation.echoes) {
    Check(echo->closed, "a stream never ends");
    absl::StrAppend(&log, "\n--\n", echo->log);
  }
  return log;
}

}  // namespace

void FuzzHttp1(absl::string_view input) {
  if (input.empty()) return;
  const size_t piece = 1 + static_cast<uint8_t>(input[0]) % 32;
  input.remove_prefix(1);
  // Within a head, when a fault is noticed depends on the pieces; so heads are brought to an end.
  const std::string all = absl::StrCat(input, "\r\n\r\n\r\n\r\n");
  const std::string whole = Converse(all, all.size());
  const std::string pieces = Converse(all, piece);
  Check(whole == pieces, "pieces change the outcome");
}

}  // namespace serin

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  serin::FuzzHttp1(absl::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
