#ifndef SERIN_BENCHMARKS_LOAD_H2_POLLER_H_
#define SERIN_BENCHMARKS_LOAD_H2_POLLER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <unordered_map>

#include "absl/time/time.h"

namespace serin::load {

// A loop on epoll for the programs of the benchmarks: as little as can be between two system calls,
// so that what is measured is not this. Not thread-safe.
class Poller {
 public:
  // Gets the EPOLL... flags that hold.
  using Handler = std::function<void(uint32_t events)>;

  Poller();
  ~Poller();
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;

  // Calls `handler` whenever `fd` is readable. May be called by handlers, as may Remove; a handler
  // that was removed is not called again.
  void Add(int fd, Handler handler);
  // Also whenever it is writable, or no longer.
  void WatchWritable(int fd, bool wanted);
  void Remove(int fd);

  // Calls `alarm` once at a time; a later call replaces an earlier one. To the microsecond or so.
  void SetAlarm(absl::Time when, std::function<void()> alarm);

  // Waits until something is ready and calls its handlers, once.
  void RunOnce();

 private:
  const int epoll_;
  const int timer_;
  std::function<void()> alarm_;
  // Shared, as a handler may remove itself.
  std::unordered_map<int, std::shared_ptr<Handler>> handlers_;
};

}  // namespace serin::load

#endif  // SERIN_BENCHMARKS_LOAD_H2_POLLER_H_
