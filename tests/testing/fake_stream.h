#ifndef SERIN_TESTS_TESTING_FAKE_STREAM_H_
#define SERIN_TESTS_TESTING_FAKE_STREAM_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "server/http/stream.h"

namespace serin::testing {

// What was done to a FakeStream; outlives it.
struct StreamRecord {
  std::vector<Headers> headers;
  std::string data;
  std::optional<Headers> trailers;
  std::optional<uint32_t> reset;
  size_t consumed = 0;
  bool ended = false;                // This direction, by headers, data or trailers.
  bool destroyed = false;            // Whether ended or not.
  StreamHandler* handler = nullptr;  // What the test calls back, as the peer; null once destroyed.
};

// A stream that writes down what is done to it.
class FakeStream final : public HttpStream {
 public:
  explicit FakeStream(StreamRecord* record) : record_(*record) {}
  ~FakeStream() override {
    record_.destroyed = true;
    record_.handler = nullptr;
  }

  void set_handler(StreamHandler* handler) override { record_.handler = handler; }
  void SendHeaders(Headers headers, bool end) override {
    record_.headers.push_back(std::move(headers));
    record_.ended |= end;
  }
  void SendData(absl::string_view data, bool end) override {
    record_.data.append(data.data(), data.size());
    record_.ended |= end;
  }
  void SendTrailers(Headers trailers) override {
    record_.trailers = std::move(trailers);
    record_.ended = true;
  }
  void Reset(uint32_t error) override { record_.reset = error; }
  void Consume(size_t bytes) override { record_.consumed += bytes; }

 private:
  StreamRecord& record_;
};

}  // namespace serin::testing

#endif  // SERIN_TESTS_TESTING_FAKE_STREAM_H_
