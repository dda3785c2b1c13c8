#ifndef SERIN_SERVER_PROXY_ACCESS_LOG_H_
#define SERIN_SERVER_PROXY_ACCESS_LOG_H_

#include <memory>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/random/random.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "core/base/clock.h"
#include "server/http/event_loop.h"
#include "server/proxy/call_record.h"

namespace serin {

// Writes blocks of lines to the log from a thread of its own, so that no event loop waits for
// whoever reads it. Thread-safe.
class LogWriter {
 public:
  LogWriter();
  // Writes what is there.
  ~LogWriter();

  // Takes whole lines, each with its end. What does not fit is dropped, and counted in a line of
  // its own ("log_lines_dropped") once there is room again.
  void Write(std::string lines) ABSL_LOCKS_EXCLUDED(mutex_);

  // Returns when all that was given before has been written.
  void Flush() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  void Run() ABSL_LOCKS_EXCLUDED(mutex_);

  absl::Mutex mutex_;
  std::string pending_ ABSL_GUARDED_BY(mutex_);
  uint64_t dropped_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

// One line for each call, as LogEvent would write it, gathered on one loop and handed to the writer
// a few times a second. Belongs to its loop.
class AccessLog {
 public:
  // `sample`: the share of successful calls that get a line; others all do. What it is given
  // outlives it.
  AccessLog(EventLoop* loop, const Clock* clock, LogWriter* writer, double sample);
  // Hands over what is there.
  ~AccessLog();

  void Add(const CallRecord& call);

  // Hands what was gathered to the writer.
  void Flush();

 private:
  void AppendTime();

  const Clock* const clock_;
  LogWriter* const writer_;
  const double sample_;
  absl::InsecureBitGen random_;
  std::string lines_;
  std::string second_;  // The wall clock's last second, formatted up to the point.
  int64_t second_at_ = -1;
  bool armed_ = false;
  const std::unique_ptr<Timer> timer_;
};

// The line of a call without its beginning, which is the time: for tests.
void AppendCallFields(const CallRecord& call, std::string* line);

}  // namespace serin

#endif  // SERIN_SERVER_PROXY_ACCESS_LOG_H_
