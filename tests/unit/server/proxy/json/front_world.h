#ifndef SERIN_TESTS_UNIT_SERVER_PROXY_JSON_FRONT_WORLD_H_
#define SERIN_TESTS_UNIT_SERVER_PROXY_JSON_FRONT_WORLD_H_

#include <google/protobuf/message_lite.h>

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"
#include "server/http/grpc_framer.h"
#include "server/http/grpc_wire.h"
#include "server/http/stream_pipe.h"
#include "server/proxy/json/json_front.h"
#include "tests/testing/simulated_loop.h"

// A JSON front between a caller and a gRPC server that both do what the test says.

namespace serin::testing {

// A gRPC call as the server sees it.
class ServedCall final : public StreamHandler {
 public:
  ServedCall(std::unique_ptr<HttpStream> stream, Headers head)
      : head(std::move(head)), stream_(std::move(stream)) {
    stream_->set_handler(this);
  }

  // Answers a unary call.
  void Answer(const google::protobuf::MessageLite& response, const Headers& metadata = {},
              const Headers& trailing = {}) {
    SendHead(metadata);
    SendMessage(response);
    Finish(absl::OkStatus(), trailing);
  }
  // Answers with nothing but an error.
  void Fail(const absl::Status& error) { stream_->SendHeaders(GrpcTrailersOnly(error), true); }

  void SendHead(const Headers& metadata = {}) {
    Headers out = GrpcResponseHead();
    for (size_t i = 0; i < metadata.size(); ++i) out.Add(metadata[i].name, metadata[i].value);
    stream_->SendHeaders(out, false);
  }
  void SendMessage(const google::protobuf::MessageLite& message) {
    std::string body;
    AppendGrpcMessage(message.SerializeAsString(), &body);
    stream_->SendData(body, false);
  }
  void SendRaw(absl::string_view bytes, bool end = false) { stream_->SendData(bytes, end); }
  void Finish(const absl::Status& status, const Headers& trailing = {}) {
    Headers out = GrpcTrailers(status);
    for (size_t i = 0; i < trailing.size(); ++i) out.Add(trailing[i].name, trailing[i].value);
    stream_->SendTrailers(out);
  }
  void Reset(uint32_t error) { stream_->Reset(error); }
  void ConsumeAll() {
    consumes = true;
    stream_->Consume(std::exchange(unconsumed, 0));
  }

  template <typename Request>
  Request Message(size_t index) const {
    Request request;
    if (index >= messages.size() || !request.ParseFromString(messages[index])) {
      throw std::runtime_error(absl::StrCat("no message ", index, " of that type"));
    }
    return request;
  }

  const Headers head;
  std::vector<std::string> messages;
  bool ended = false;
  std::optional<StreamEnd> closed;
  size_t sent = 0;
  bool consumes = true;
  size_t unconsumed = 0;

 private:
  void OnHeaders(Headers, bool) override {}
  void OnData(absl::string_view data, bool end) override {
    const size_t bytes = data.size();
    GrpcFramer::Part part;
    while (framer_.Next(&data, &part).value()) {
      message_.append(part.bytes.data(), part.bytes.size());
      if (part.ends) messages.push_back(std::exchange(message_, {}));
    }
    ended = end;
    consumes ? stream_->Consume(bytes) : void(unconsumed += bytes);
  }
  void OnTrailers(Headers) override { ended = true; }
  void OnSent(size_t bytes) override { sent += bytes; }
  void OnClosed(StreamEnd end, uint32_t) override { closed = end; }

  std::unique_ptr<HttpStream> stream_;
  GrpcFramer framer_{uint32_t{1} << 30};
  std::string message_;
};

class FakeGrpc final : public StreamAcceptor {
 public:
  void OnRequest(std::unique_ptr<HttpStream> stream, Headers head, bool,
                 const Peer& peer) override {
    last_peer = peer;
    calls.push_back(std::make_unique<ServedCall>(std::move(stream), std::move(head)));
  }

  std::vector<std::unique_ptr<ServedCall>> calls;
  Peer last_peer;
};

// A request as its caller sees it.
class Caller final : public StreamHandler {
 public:
  explicit Caller(std::unique_ptr<HttpStream> stream) : stream_(std::move(stream)) {
    stream_->set_handler(this);
  }

  void Send(absl::string_view body, bool end = true) { stream_->SendData(body, end); }
  void GoAway() { stream_.reset(); }
  void ConsumeAll() {
    consumes = true;
    stream_->Consume(std::exchange(unconsumed, 0));
  }

  int status() const { return head.empty() ? 0 : std::stoi(std::string(head.Get(":status"))); }
  std::string header(absl::string_view name) const { return std::string(head.Get(name)); }
  nlohmann::json json() const { return nlohmann::json::parse(body, nullptr, false); }

  Headers head;
  std::string body;
  bool ended = false;
  std::optional<StreamEnd> closed;
  size_t sent = 0;
  bool consumes = true;
  size_t unconsumed = 0;

 private:
  void OnHeaders(Headers headers, bool end) override {
    head = std::move(headers);
    ended = end;
  }
  void OnData(absl::string_view data, bool end) override {
    body.append(data.data(), data.size());
    ended = end;
    consumes ? stream_->Consume(data.size()) : void(unconsumed += data.size());
  }
  void OnTrailers(Headers) override { ended = true; }
  void OnSent(size_t bytes) override { sent += bytes; }
  void OnClosed(StreamEnd end, uint32_t) override { closed = end; }

  std::unique_ptr<HttpStream> stream_;
};

class FrontWorld {
 public:
  explicit FrontWorld(FrontOptions options = {})
      : front(&loop, &grpc, &methods, options,
              {.offload = [this](auto task) { elsewhere.push_back(std::move(task)); },
               .refused =
                   [this](const CallRecord& request) {
                     refused.push_back(absl::StrCat(request.method, " ", request.status.ToString(),
                                                    " ", request.peer));
                   }}) {}

  // Runs what the front has given to another thread, what that leads to included.
  void RunElsewhere() {
    while (!elsewhere.empty()) {
      const auto task = std::move(elsewhere.front());
      elsewhere.pop_front();
      task();
      loop.RunPosted();
    }
  }

  // Opens a request; with no body when `end`.
  std::unique_ptr<Caller> Open(absl::string_view method, absl::string_view path,
                               const Headers& headers = {}, bool end = false) {
    Headers head{{":method", method},
                 {":scheme", "http"},
                 {":path", path},
                 {":authority", "serin.example:8500"}};
    for (size_t i = 0; i < headers.size(); ++i) head.Add(headers[i].name, headers[i].value);
    StreamPipe pipe = MakeStreamPipe(&loop);
    auto caller = std::make_unique<Caller>(std::move(pipe.client));
    if (end) caller->Send("", true);
    front.OnRequest(std::move(pipe.server), std::move(head), false,
                    {.address = "192.0.2.7:4242", .tls = false});
    return caller;
  }

  // Sends a whole request and lets the front look at it.
  std::unique_ptr<Caller> Do(absl::string_view method, absl::string_view path,
                             const Headers& headers, absl::string_view body) {
    auto caller = Open(method, path, headers);
    caller->Send(body);
    loop.RunPosted();
    if (!elsewhere_waits) RunElsewhere();
    return caller;
  }
  std::unique_ptr<Caller> Get(absl::string_view path) {
    auto caller = Open("GET", path, {}, /*end=*/true);
    loop.RunPosted();
    return caller;
  }
  std::unique_ptr<Caller> PostJson(absl::string_view path, absl::string_view body) {
    return Do("POST", path, {{"content-type", "application/json"}}, body);
  }

  // The newest gRPC call.
  ServedCall& call() { return *grpc.calls.back(); }

  SimulatedLoop loop;
  FakeGrpc grpc;
  RouteTable routes;
  MethodIndex methods{routes};
  std::deque<std::function<void()>> elsewhere;
  std::vector<std::string> refused;
  bool elsewhere_waits = false;  // For RunElsewhere of the test's own.
  JsonFront front;
};

}  // namespace serin::testing

#endif  // SERIN_TESTS_UNIT_SERVER_PROXY_JSON_FRONT_WORLD_H_
