// What the proxies are measured in front of: a gRPC server that does nothing, as fast as can be.
//
//   bench_upstream [--slots=N --service_ms=T]
//
// Answers every unary call with an empty message, a Predict with a prediction, and the Join of a
// proxy with a state that names this program as the only predictor, so that a Serin proxy runs with
// it for control, dataset and predict. With --service_ms it works on at most N calls at a time,
// each for T milliseconds, the others wait in order: N / T calls per millisecond and no more.
// Prints `upstream ready: HOST:PORT`; GET /stats says how many calls, bytes of
// messages and resets of streams came.

#include <csignal>
#include <deque>
#include <iostream>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "benchmarks/load/answers.h"
#include "benchmarks/load/h2/connection.h"
#include "benchmarks/load/h2/socket.h"

ABSL_FLAG(int, slots, 1, "Calls that are worked on at a time");
ABSL_FLAG(double, service_ms, 0, "How long each takes; 0: no time, and any number at a time");

namespace serin::load {
namespace {

enum class Kind { kEmpty, kPredict, kJoin, kStats };

Kind KindOf(absl::string_view path) {
  if (absl::EndsWith(path, "/Predict")) return Kind::kPredict;
  if (absl::EndsWith(path, "/Join")) return Kind::kJoin;
  return path == "/stats" ? Kind::kStats : Kind::kEmpty;
}

class Caller;
struct Call {
  Caller* caller = nullptr;
  int32_t stream = 0;
  bool operator<(const Call& other) const {
    return std::tie(caller, stream) < std::tie(other.caller, other.stream);
  }
};

// Decides when calls are answered.
class Service {
 public:
  Service(Poller* poller, int slots, absl::Duration time)
      : poller_(poller), slots_(slots), time_(time) {}

  void Begin(Call call);
  // It has been answered, or its caller does not want it any more.
  void Forget(const Call& call);

  int64_t calls = 0;
  int64_t bytes = 0;
  int64_t resets = 0;

 private:
  void FillSlots();
  void FinishDue();

  Poller* const poller_;
  const size_t slots_;
  const absl::Duration time_;
  std::deque<Call> waiting_;
  std::multimap<absl::Time, Call> working_;  // By when it ends.
  std::set<Call> alive_;                     // Of both.
};

// One connection to the upstream.
class Caller final : public ConnectionEvents {
 public:
  Caller(int fd, Poller* poller, Service* service, const std::string* address)
      : service_(service),
        address_(address),
        connection_(Connection::End::kServer, fd, poller, this) {}

  void Answer(int32_t stream);
  void Flush() { connection_.Flush(); }

 private:
  void OnField(int32_t stream, absl::string_view name, absl::string_view value) override {
    if (name == ":path") kinds_[stream] = KindOf(value);
  }
  void OnData(int32_t stream, absl::string_view bytes) override;
  void OnEnd(int32_t stream) override;
  void OnReset(int32_t) override { ++service_->resets; }
  void OnStreamClosed(int32_t stream) override {
    service_->Forget({this, stream});
    kinds_.erase(stream);
  }
  void OnDisconnected() override {
    for (const auto& [stream, kind] : kinds_) service_->Forget({this, stream});
  }

  void AnswerJoin(int32_t stream);
  void AnswerStats(int32_t stream);

  Service* const service_;
  const std::string* const address_;
  std::unordered_map<int32_t, Kind> kinds_;  // Of open streams.
  Connection connection_;
};

void Service::Begin(Call call) {
  ++calls;
  if (time_ == absl::ZeroDuration()) return call.caller->Answer(call.stream);
  waiting_.push_back(call);
  alive_.insert(call);
  FillSlots();
}

void Service::Forget(const Call& call) {
  if (time_ > absl::ZeroDuration()) alive_.erase(call);
}

void Service::FillSlots() {
  while (!waiting_.empty() && working_.size() < slots_) {
    const Call call = waiting_.front();
    waiting_.pop_front();
    if (alive_.contains(call)) working_.emplace(absl::Now() + time_, call);
  }
  if (!working_.empty()) poller_->SetAlarm(working_.begin()->first, [this] { FinishDue(); });
}

void Service::FinishDue() {
  while (!working_.empty() && working_.begin()->first <= absl::Now()) {
    const Call call = working_.begin()->second;
    working_.erase(working_.begin());
    if (!alive_.contains(call)) continue;
    call.caller->Answer(call.stream);
    call.caller->Flush();
  }
  FillSlots();
}

void Caller::OnData(int32_t stream, absl::string_view bytes) {
  service_->bytes += static_cast<int64_t>(bytes.size());
  Kind& kind = kinds_[stream];
  if (kind != Kind::kJoin) return;
  kind = Kind::kEmpty;  // Answered once; what the member says next matters to nobody here.
  AnswerJoin(stream);
}

void Caller::OnEnd(int32_t stream) {
  if (kinds_[stream] == Kind::kStats) return AnswerStats(stream);
  service_->Begin({this, stream});
}

void Caller::Answer(int32_t stream) {
  static const Fields head = {{":status", "200"}, {"content-type", "application/grpc"}};
  static const Fields trailers = {{"grpc-status", "0"}};
  static const std::string empty = Framed(std::string());
  static const std::string prediction = PredictResponseBytes();
  const bool predict = kinds_[stream] == Kind::kPredict;
  connection_.Respond(stream, head, BodyOf(predict ? prediction : empty), trailers);
}

void Caller::AnswerJoin(int32_t stream) {
  Body state = BodyOf(ClusterStateBytes(*address_));
  const auto never_ends = [state = std::move(state)](uint8_t* buffer, size_t size) mutable {
    const size_t count = state(buffer, size);
    return count > 0 ? count : kLater;
  };
  connection_.Respond(stream, {{":status", "200"}, {"content-type", "application/grpc"}},
                      never_ends, {});
}

void Caller::AnswerStats(int32_t stream) {
  connection_.Respond(stream, {{":status", "200"}},
                      BodyOf(absl::StrCat("calls=", service_->calls, " bytes=", service_->bytes,
                                          " resets=", service_->resets, "\n")),
                      {});
}

int Main() {
  signal(SIGPIPE, SIG_IGN);
  AllowOpenFiles(20'000);
  Poller poller;
  Service service(&poller, absl::GetFlag(FLAGS_slots),
                  absl::Milliseconds(absl::GetFlag(FLAGS_service_ms)));
  int port = 0;
  const int listener = Listen(&port);
  const std::string address = absl::StrCat("127.0.0.1:", port);
  // Those that have gone stay: a call that is worked on may be of one of them.
  std::vector<std::unique_ptr<Caller>> callers;
  poller.Add(listener, [&](uint32_t) {
    for (int fd = Accept(listener); fd >= 0; fd = Accept(listener)) {
      callers.push_back(std::make_unique<Caller>(fd, &poller, &service, &address));
    }
  });
  std::cout << "upstream ready: " << address << std::endl;
  while (true) poller.RunOnce();
}

}  // namespace
}  // namespace serin::load

int main(int argc, char** argv) {
  absl::ParseCommandLine(argc, argv);
  return serin::load::Main();
}
