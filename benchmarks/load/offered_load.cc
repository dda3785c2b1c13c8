#include "benchmarks/load/offered_load.h"

#include <algorithm>
#include <cmath>
#include <deque>
#include <functional>
#include <nlohmann/json.hpp>
#include <random>
#include <unordered_map>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "benchmarks/load/h2/connection.h"
#include "benchmarks/load/h2/socket.h"

namespace serin::load {
namespace {

// grpc-status of calls that were refused for want of room, and that came too late.
constexpr char kResourceExhausted[] = "8";
constexpr char kDeadlineExceeded[] = "4";

// Deadlines are looked at so often at least.
constexpr absl::Duration kTick = absl::Milliseconds(5);

struct PendingCall {
  absl::Time due;
  std::string status;  // Empty as long as the server has not said.
};

class Recorder {
 public:
  Recorder(const OfferedLoad& load, absl::Duration window, absl::Time start)
      : timeout_(load.timeout), window_(window), start_(start) {}

  void OnOffered(absl::Time due) { ++WindowOf(due).offered; }
  void OnEnded(const PendingCall& call);

  std::vector<LoadWindow> Take() { return std::move(windows_); }

 private:
  LoadWindow& WindowOf(absl::Time due) {
    const auto index = static_cast<size_t>((due - start_) / window_);
    if (windows_.size() <= index) windows_.resize(index + 1);
    return windows_[index];
  }

  const absl::Duration timeout_;
  const absl::Duration window_;
  const absl::Time start_;
  std::vector<LoadWindow> windows_;
};

void Recorder::OnEnded(const PendingCall& call) {
  LoadWindow& window = WindowOf(call.due);
  const absl::Duration latency = absl::Now() - call.due;
  if (call.status == "0" && latency <= timeout_) {
    window.latencies_ms.push_back(absl::ToDoubleMilliseconds(latency));
  } else if (call.status == "0" || call.status == kDeadlineExceeded) {
    ++window.late;
  } else if (call.status == kResourceExhausted) {
    ++window.refused;
  } else {
    ++window.failed[call.status.empty() ? "no status" : call.status];
  }
}

// One connection that calls are made on.
class Caller final : public ConnectionEvents {
 public:
  Caller(const OfferedLoad& load, Poller* poller, Recorder* recorder)
      : load_(load),
        recorder_(recorder),
        head_({{":method", "POST"},
               {":scheme", "http"},
               {":authority", load.target},
               {":path", load.path},
               {"content-type", "application/grpc"},
               {"te", "trailers"},
               {"grpc-timeout", absl::StrCat(absl::ToInt64Milliseconds(load.timeout), "m")}}),
        connection_(Connection::End::kClient, Connect(load.target), poller, this) {}

  void Call(absl::Time due) {
    recorder_->OnOffered(due);
    const int32_t stream = connection_.Request(head_, BodyOf(load_.message));
    if (stream < 0) return recorder_->OnEnded({due, "not connected"});
    calls_[stream] = {due, ""};
    in_order_.push_back(stream);
    connection_.Flush();
  }

  // Cancels calls whose deadline has passed, as gRPC's clients do.
  void CancelExpired(absl::Time now) {
    for (; !in_order_.empty(); in_order_.pop_front()) {
      const auto call = calls_.find(in_order_.front());
      if (call == calls_.end()) continue;
      if (now < call->second.due + load_.timeout) break;
      call->second.status = kDeadlineExceeded;
      connection_.Cancel(call->first);
      recorder_->OnEnded(call->second);
      calls_.erase(call);
    }
    connection_.Flush();
  }

  size_t pending() const { return calls_.size(); }

 private:
  void OnField(int32_t stream, absl::string_view name, absl::string_view value) override {
    const auto call = calls_.find(stream);
    if (call != calls_.end() && name == "grpc-status") call->second.status = std::string(value);
  }
  void OnStreamClosed(int32_t stream) override {
    if (const auto call = calls_.extract(stream)) recorder_->OnEnded(call.mapped());
  }
  void OnDisconnected() override {
    for (const auto& [stream, call] : calls_) recorder_->OnEnded(call);
    calls_.clear();
  }

  const OfferedLoad& load_;
  Recorder* const recorder_;
  const Fields head_;
  std::unordered_map<int32_t, PendingCall> calls_;
  std::deque<int32_t> in_order_;  // Of becoming due; some have ended.
  Connection connection_;
};

// When each call is due: a Poisson process.
class Schedule {
 public:
  explicit Schedule(const OfferedLoad& load, absl::Time start)
      : random_(load.seed), gap_(load.calls_per_second), end_(start + load.duration), next_(start) {
    Advance();
  }
  bool done() const { return next_ >= end_; }
  absl::Time next() const { return next_; }
  void Advance() {
    next_ += absl::Seconds(gap_(random_));
    if (done()) next_ = absl::InfiniteFuture();
  }

 private:
  std::mt19937_64 random_;
  std::exponential_distribution<double> gap_;
  const absl::Time end_;
  absl::Time next_;
};

double Quantile(const std::vector<double>& ascending, double fraction) {
  const auto rank =
      static_cast<size_t>(std::ceil(fraction * static_cast<double>(ascending.size())));
  return ascending[std::max<size_t>(rank, 1) - 1];
}

}  // namespace

std::vector<LoadWindow> Offer(const OfferedLoad& load, absl::Duration window) {
  Poller poller;
  const absl::Time start = absl::Now() + absl::Milliseconds(100);  // Settings are exchanged first.
  Recorder recorder(load, window, start);
  std::vector<std::unique_ptr<Caller>> callers;
  for (int i = 0; i < load.connections; ++i) {
    callers.push_back(std::make_unique<Caller>(load, &poller, &recorder));
  }
  Schedule schedule(load, start);
  size_t calls = 0;
  const std::function<void()> tick = [&] {
    for (; !schedule.done() && schedule.next() <= absl::Now(); schedule.Advance()) {
      callers[calls++ % callers.size()]->Call(schedule.next());
    }
    const absl::Time now = absl::Now();
    for (const auto& caller : callers) caller->CancelExpired(now);
    poller.SetAlarm(std::min(schedule.next(), now + kTick), tick);
  };
  poller.SetAlarm(schedule.next(), tick);
  const auto pending = [](const auto& caller) { return caller->pending() > 0; };
  while (!schedule.done() || std::any_of(callers.begin(), callers.end(), pending)) poller.RunOnce();
  return recorder.Take();
}

LoadWindow Sum(const std::vector<LoadWindow>& windows) {
  LoadWindow sum;
  for (const LoadWindow& window : windows) {
    sum.offered += window.offered;
    sum.refused += window.refused;
    sum.late += window.late;
    for (const auto& [status, count] : window.failed) sum.failed[status] += count;
    sum.latencies_ms.insert(sum.latencies_ms.end(), window.latencies_ms.begin(),
                            window.latencies_ms.end());
  }
  return sum;
}

std::string ToJson(const LoadWindow& window) {
  nlohmann::ordered_json json = {{"offered", window.offered},
                                 {"answered", window.answered()},
                                 {"refused", window.refused},
                                 {"late", window.late},
                                 {"failed", window.failed}};
  std::vector<double> ascending = window.latencies_ms;
  std::sort(ascending.begin(), ascending.end());
  if (!ascending.empty()) {
    json["p50_ms"] = Quantile(ascending, 0.5);
    json["p99_ms"] = Quantile(ascending, 0.99);
  }
  return json.dump();
}

}  // namespace serin::load
