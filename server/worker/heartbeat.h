#ifndef SERIN_SERVER_WORKER_HEARTBEAT_H_
#define SERIN_SERVER_WORKER_HEARTBEAT_H_

#include <functional>
#include <utility>

namespace serin {

// Says that a worker lives while it computes without having anything to report, as in iterations
// that take minutes. What counts is CPU time: one that is stuck, or stopped, says nothing. Not
// thread-safe.
class Heartbeat {
 public:
  // Of CPU time, since the last beat. Looking at the time alone takes less within hours.
  static constexpr double kSecondsPerBeat = 0.1;

  // `cpu_seconds`: what the process has used so far.
  Heartbeat(std::function<double()> cpu_seconds, std::function<void()> beat)
      : cpu_seconds_(std::move(cpu_seconds)), beat_(std::move(beat)) {}

  // Beats if the process has computed. Call every second.
  void Step() {
    const double now = cpu_seconds_();
    if (now - last_ < kSecondsPerBeat) return;
    last_ = now;
    beat_();
  }

 private:
  const std::function<double()> cpu_seconds_;
  const std::function<void()> beat_;
  double last_ = 0;
};

}  // namespace serin

#endif  // SERIN_SERVER_WORKER_HEARTBEAT_H_
