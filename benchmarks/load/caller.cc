// Calls a proxy in the ways that h2load cannot.
//
//   bench_caller offer --target=HOST:PORT --rate=N --seconds=T [--timeout_ms=M --window_ms=W]
//       an open loop of predictions; prints a line of JSON for each window and one for all of it
//   bench_caller idle --target=HOST:PORT --connections=N
//       opens connections that do nothing, prints `open: N`, and keeps them until its input ends
//   bench_caller streams --target=HOST:PORT --streams=N
//       holds N calls open at a time on one connection, then lets all of them end; prints how many
//       were answered
//   bench_caller upload --target=HOST:PORT --bytes=N
//       one UploadDataset with N bytes in messages of 256 KiB; prints its grpc-status
//   bench_caller message
//       writes the framed PredictRequest that `offer` sends to standard output

#include <algorithm>
#include <csignal>
#include <cstring>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/time/clock.h"
#include "benchmarks/load/answers.h"
#include "benchmarks/load/h2/connection.h"
#include "benchmarks/load/h2/socket.h"
#include "benchmarks/load/offered_load.h"

ABSL_FLAG(std::string, target, "", "HOST:PORT to call");
ABSL_FLAG(double, rate, 1000, "Calls per second");
ABSL_FLAG(double, seconds, 10, "How long calls are made");
ABSL_FLAG(double, timeout_ms, 1000, "Deadline of each call");
ABSL_FLAG(double, window_ms, 1000, "Length of the pieces of time that are reported by themselves");
ABSL_FLAG(int, connections, 8, "Connections");
ABSL_FLAG(int, streams, 1000, "Calls at a time");
ABSL_FLAG(int64_t, bytes, int64_t{1} << 30, "Size of the upload");

namespace serin::load {
namespace {

int OfferPredictions() {
  const OfferedLoad load = {.target = absl::GetFlag(FLAGS_target),
                            .message = PredictRequestBytes(),
                            .calls_per_second = absl::GetFlag(FLAGS_rate),
                            .duration = absl::Seconds(absl::GetFlag(FLAGS_seconds)),
                            .connections = absl::GetFlag(FLAGS_connections),
                            .timeout = absl::Milliseconds(absl::GetFlag(FLAGS_timeout_ms))};
  const auto windows = Offer(load, absl::Milliseconds(absl::GetFlag(FLAGS_window_ms)));
  for (const LoadWindow& window : windows) std::cout << ToJson(window) << "\n";
  std::cout << ToJson(Sum(windows)) << "\n";
  return 0;
}

int StayIdle() {
  const int count = absl::GetFlag(FLAGS_connections);
  AllowOpenFiles(count + 100);
  Poller poller;
  ConnectionEvents nothing;
  std::vector<std::unique_ptr<Connection>> connections;
  bool over = false;
  poller.Add(0, [&](uint32_t) { over = true; });
  for (int i = 0; i < count; ++i) {
    connections.push_back(std::make_unique<Connection>(
        Connection::End::kClient, Connect(absl::GetFlag(FLAGS_target)), &poller, &nothing));
    if (i % 50 == 0 && !over) poller.RunOnce();
  }
  std::cout << "open: " << count << std::endl;
  while (!over) poller.RunOnce();
  const auto open = [](const auto& connection) { return connection->connected(); };
  std::cout << "still open: " << std::count_if(connections.begin(), connections.end(), open)
            << std::endl;
  return 0;
}

Fields HeadFor(const char* path) {
  return {{":method", "POST"},
          {":scheme", "http"},
          {":authority", absl::GetFlag(FLAGS_target)},
          {":path", path},
          {"content-type", "application/grpc"},
          {"te", "trailers"}};
}

// Counts how calls end.
class Outcomes final : public ConnectionEvents {
 public:
  int ended = 0;
  int answered = 0;  // With OK.
  bool connected = true;
  std::string last_status = "none";

 private:
  void OnField(int32_t, absl::string_view name, absl::string_view value) override {
    if (name != "grpc-status") return;
    last_status = std::string(value);
    if (value == "0") ++answered;
  }
  void OnStreamClosed(int32_t) override { ++ended; }
  void OnDisconnected() override { connected = false; }
};

// A call's message, of which the last byte comes only once `hold` is false.
Body HeldBack(std::string message, const bool* hold) {
  return
      [message = std::move(message), sent = size_t{0}, hold](uint8_t* buffer, size_t size) mutable {
        const size_t ready = message.size() - (*hold ? 1 : 0);
        const size_t count = std::min(size, ready - sent);
        std::memcpy(buffer, message.data() + sent, count);
        sent += count;
        return count == 0 && *hold ? kLater : count;
      };
}

int HoldStreams() {
  Poller poller;
  Outcomes outcomes;
  Connection connection(Connection::End::kClient, Connect(absl::GetFlag(FLAGS_target)), &poller,
                        &outcomes);
  poller.RunOnce();  // The peer's settings.
  const int count = absl::GetFlag(FLAGS_streams);
  bool hold = true;
  std::vector<int32_t> streams;
  for (int i = 0; i < count; ++i) {
    streams.push_back(connection.Request(HeadFor("/serin.v1.DatasetService/GetDataset"),
                                         HeldBack(Framed(std::string()), &hold)));
  }
  connection.Flush();
  bool settled = false;
  poller.SetAlarm(absl::Now() + absl::Seconds(1), [&] { settled = true; });
  while (!settled) poller.RunOnce();
  std::cout << "allowed=" << connection.max_streams() << " held=" << count - outcomes.ended;
  hold = false;
  for (const int32_t stream : streams) connection.Resume(stream);
  connection.Flush();
  while (outcomes.connected && outcomes.ended < count) poller.RunOnce();
  std::cout << " answered=" << outcomes.answered << "\n";
  return outcomes.answered == count ? 0 : 1;
}

// The messages of an upload: a specification, then chunks (field 2 of UploadDatasetRequest).
Body UploadOf(int64_t bytes) {
  constexpr size_t kChunk = 256 << 10;
  // Field 1, the specification, with field 1, the dataset's name: {spec {dataset: "big"}}.
  const std::string specification =
      Framed(std::string("\x0a\x05\x0a\x03"
                         "big",
                         7));
  std::string chunk = std::string("\x12\x80\x80\x10", 4) + std::string(kChunk, 'x');
  chunk = Framed(chunk);
  return [specification, chunk, left = bytes, specified = false, sent = size_t{0}](
             uint8_t* buffer, size_t size) mutable -> size_t {
    if (left <= 0) return 0;
    const std::string& message = specified ? chunk : specification;
    const size_t count = std::min(size, message.size() - sent);
    std::memcpy(buffer, message.data() + sent, count);
    sent += count;
    if (sent < message.size()) return count;
    if (specified) left -= kChunk;
    specified = true;
    sent = 0;
    return count;
  };
}

int Upload() {
  Poller poller;
  Outcomes outcomes;
  Connection connection(Connection::End::kClient, Connect(absl::GetFlag(FLAGS_target)), &poller,
                        &outcomes);
  connection.Request(HeadFor("/serin.v1.DatasetService/UploadDataset"),
                     UploadOf(absl::GetFlag(FLAGS_bytes)));
  connection.Flush();
  while (outcomes.connected && outcomes.ended == 0) poller.RunOnce();
  std::cout << "grpc-status=" << outcomes.last_status << "\n";
  return outcomes.answered == 1 ? 0 : 1;
}

int Main(const std::string& mode) {
  signal(SIGPIPE, SIG_IGN);
  if (mode == "offer") return OfferPredictions();
  if (mode == "idle") return StayIdle();
  if (mode == "streams") return HoldStreams();
  if (mode == "upload") return Upload();
  if (mode == "message") return std::cout << PredictRequestBytes() ? 0 : 1;
  std::cerr << "bench_caller offer|idle|streams|upload|message; see the head of its source\n";
  return 2;
}

}  // namespace
}  // namespace serin::load

int main(int argc, char** argv) {
  const std::vector<char*> arguments = absl::ParseCommandLine(argc, argv);
  return serin::load::Main(arguments.size() == 2 ? arguments[1] : "");
}
