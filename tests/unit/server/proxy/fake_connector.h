#ifndef SERIN_TESTS_UNIT_SERVER_PROXY_FAKE_CONNECTOR_H_
#define SERIN_TESTS_UNIT_SERVER_PROXY_FAKE_CONNECTOR_H_

#include <list>
#include <memory>
#include <string>
#include <vector>

#include "server/http/client_session.h"
#include "tests/testing/fake_stream.h"

namespace serin {

// The owner of a stream that does not care what becomes of it.
class IgnoreStream final : public StreamHandler {
 public:
  void OnHeaders(Headers, bool) override {}
  void OnData(absl::string_view, bool) override {}
  void OnTrailers(Headers) override {}
  void OnSent(size_t) override {}
  void OnClosed(StreamEnd, uint32_t) override {}
};

// A connection that a test plays the peer of.
struct FakeConnection {
  std::string target;
  ClientSessionEvents* events = nullptr;  // Null once the session is destroyed.
  bool ready = false;
  size_t max_streams = 100;
  absl::Time last_heard = absl::InfinitePast();
  std::list<testing::StreamRecord> streams;  // All ever opened, oldest first.

  void BecomeReady() {
    ready = true;
    events->OnReady();
  }
  void Close(const absl::Status& why = absl::UnavailableError("connection refused")) {
    ready = false;
    for (testing::StreamRecord& stream : streams) {
      if (stream.handler != nullptr) stream.handler->OnClosed(StreamEnd::kConnectionLost, 0);
    }
    if (events != nullptr) events->OnClosed(why);
  }
  size_t open() const {
    size_t count = 0;
    for (const testing::StreamRecord& stream : streams) count += stream.handler != nullptr;
    return count;
  }
};

class FakeSession final : public ClientSession {
 public:
  explicit FakeSession(FakeConnection* connection) : connection_(*connection) {}
  ~FakeSession() override { connection_.events = nullptr; }

  std::unique_ptr<HttpStream> Open(const Headers& head, bool end, StreamHandler* handler) override {
    if (!connection_.ready || connection_.open() >= connection_.max_streams) return nullptr;
    testing::StreamRecord& record = connection_.streams.emplace_back();
    record.headers.push_back(head);
    record.ended = end;
    record.handler = handler;
    return std::make_unique<testing::FakeStream>(&record);
  }
  size_t open_streams() const override { return connection_.open(); }
  absl::Time last_heard() const override { return connection_.last_heard; }

 private:
  FakeConnection& connection_;
};

// Connects to nothing; the test says how each attempt ends.
class FakeConnector final : public ClientConnector {
 public:
  std::unique_ptr<ClientSession> Connect(const std::string& target,
                                         ClientSessionEvents* events) override {
    FakeConnection& connection = connections.emplace_back();
    connection.target = target;
    connection.events = events;
    return std::make_unique<FakeSession>(&connection);
  }

  // The newest connection to a target.
  FakeConnection& To(const std::string& target) {
    FakeConnection* found = nullptr;
    for (FakeConnection& connection : connections) {
      if (connection.target == target) found = &connection;
    }
    return *found;
  }

  std::list<FakeConnection> connections;  // All ever made, oldest first.
};

}  // namespace serin

#endif  // SERIN_TESTS_UNIT_SERVER_PROXY_FAKE_CONNECTOR_H_
