#ifndef SERIN_TESTS_UNIT_CORE_TRAFFIC_SIMULATION_H_
#define SERIN_TESTS_UNIT_CORE_TRAFFIC_SIMULATION_H_

#include <algorithm>
#include <cmath>
#include <deque>
#include <functional>
#include <map>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "core/base/random_bits.h"

// A discrete-event simulation of calls, replicas and time, for tests of policies: nothing sleeps,
// and the same seed gives the same run.

namespace serin::testing {

class Simulation {
 public:
  explicit Simulation(uint64_t seed) : random_(seed) {}

  absl::Time now() const { return now_; }
  RandomBits& random() { return random_; }
  absl::Duration Exponential(absl::Duration mean) { return mean * -std::log(1 - random_.Unit()); }

  void After(absl::Duration delay, std::function<void()> event) {
    events_.emplace(now_ + delay, std::move(event));
  }

  void RunFor(absl::Duration time) {
    const absl::Time end = now_ + time;
    while (!events_.empty() && events_.begin()->first <= end) {
      auto event = events_.extract(events_.begin());
      now_ = event.key();
      event.mapped()();
    }
    now_ = end;
  }

  // Calls `arrive` as a Poisson process, for as long as the simulation runs. `rate` is asked each
  // time, per second.
  void Arrivals(std::function<double()> rate, std::function<void()> arrive) {
    After(Exponential(absl::Seconds(1) / rate()), [this, rate, arrive] {
      arrive();
      Arrivals(rate, arrive);
    });
  }

 private:
  RandomBits random_;
  absl::Time now_ = absl::UnixEpoch() + absl::Hours(1);
  std::multimap<absl::Time, std::function<void()>> events_;
};

// A server that works on `workers` calls at a time and keeps the others in a queue.
class SimulatedReplica {
 public:
  SimulatedReplica(Simulation* simulation, int workers, std::function<absl::Duration()> service)
      : simulation_(*simulation), workers_(workers), service_(std::move(service)) {}

  // `done` is called when the call is answered; never while stopped.
  void Call(std::function<void()> done) {
    queue_.push_back(std::move(done));
    StartNext();
  }

  // As SIGSTOP and SIGCONT.
  void Stop() { stopped_ = true; }
  void Continue() {
    stopped_ = false;
    for (auto& done : std::exchange(held_, {})) Finish(std::move(done));
  }

 private:
  void StartNext() {
    if (stopped_ || busy_ == workers_ || queue_.empty()) return;
    ++busy_;
    auto done = std::move(queue_.front());
    queue_.pop_front();
    simulation_.After(service_(), [this, done] {
      if (stopped_) {
        held_.push_back(done);
      } else {
        Finish(done);
      }
    });
  }

  void Finish(std::function<void()> done) {
    --busy_;
    done();
    StartNext();
  }

  Simulation& simulation_;
  const int workers_;
  const std::function<absl::Duration()> service_;
  std::deque<std::function<void()>> queue_;
  std::vector<std::function<void()>> held_;  // Done while stopped.
  int busy_ = 0;
  bool stopped_ = false;
};

class Latencies {
 public:
  void Add(absl::Duration latency) { all_.push_back(latency); }
  int64_t count() const { return static_cast<int64_t>(all_.size()); }
  absl::Duration Quantile(double quantile) const {
    std::vector<absl::Duration> sorted = all_;
    std::sort(sorted.begin(), sorted.end());
    return sorted[static_cast<size_t>(quantile * static_cast<double>(sorted.size() - 1))];
  }

 private:
  std::vector<absl::Duration> all_;
};

}  // namespace serin::testing

#endif  // SERIN_TESTS_UNIT_CORE_TRAFFIC_SIMULATION_H_
