#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <iostream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "core/base/time_slice.h"
#include "core/base/version.h"
#include "server/node.h"
#include "server/options/options.h"
#include "server/rpc/log.h"
#include "server/worker/worker.h"

// serin-server: reads the flags and runs a node until it is told to end, or a worker until its job
// is done. Exit codes: 0 ended as asked, 1 could not start, 2 wrong usage.

namespace serin {
namespace {

constexpr int kFailed = 1;
constexpr int kWrongUsage = 2;
// A call is short. Beside workers, and whatever else computes on the machine, it is to be answered
// now rather than in one piece.
constexpr absl::Duration kServingTimeSlice = absl::Microseconds(200);
constexpr absl::Duration kReadyCheckInterval = absl::Milliseconds(2);

int Fail(const absl::Status& status) {
  std::cerr << "serin-server: " << status.message() << std::endl;
  return kFailed;
}

// SIGTERM and SIGINT, which all threads block and the main thread waits for.
sigset_t StopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  return signals;
}

// True if a stop signal came within `timeout`.
bool StopSignalWithin(const sigset_t& signals, absl::Duration timeout) {
  const timespec duration = absl::ToTimespec(timeout);
  return sigtimedwait(&signals, nullptr, &duration) > 0;
}

// Serves until a stop signal comes. The next one ends the process at once.
int Serve(const Options& options) {
  const sigset_t signals = StopSignals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  SetTimeSlice(kServingTimeSlice);
  const auto node = Node::Start(options);
  if (!node.ok()) return Fail(node.status());

  bool stopped = false;
  while (!stopped && !(*node)->Ready().ok()) {
    stopped = StopSignalWithin(signals, kReadyCheckInterval);
  }
  if (!stopped) {
    std::cout << "serin-server ready: " << (*node)->Addresses() << std::endl;
    int signal = 0;
    sigwait(&signals, &signal);
  }
  LogEvent(LogLevel::kInfo, "node_stopping");
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
  return 0;
}

int Work(const Options& options) {
  return RunWorker({.control_target = options.control_target,
                    .dataset_target = options.dataset_target,
                    .project = options.project,
                    .job = options.job,
                    .attempt = options.attempt,
                    .parent = options.parent,
                    .memory_limit_bytes = options.memory_limit_bytes});
}

// A connection is a file. The limit that a shell gives, 1024, is far below --max_connections; this
// one is what the administrator allows.
void RaiseFileLimit() {
  rlimit limit = {};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

// Debian's abseil is built with its checks for deadlocks: every lock would enter a graph that all
// threads share. Builds for development keep them.
void LeaveOutDeadlockChecks() {
#ifdef NDEBUG
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
#endif
}

int Main(const std::vector<absl::string_view>& arguments) {
  const auto options = ParseOptions(arguments);
  if (!options.ok()) {
    std::cerr << "serin-server: " << options.status().message() << "\n\n" << Usage();
    return kWrongUsage;
  }
  if (options->show_help) {
    std::cout << Usage();
    return 0;
  }
  if (options->show_version) {
    std::cout << "serin-server " << Version() << std::endl;
    return 0;
  }
  umask(S_IRWXG | S_IRWXO);  // What a server stores is for its own user only.
  RaiseFileLimit();
  LeaveOutDeadlockChecks();
  signal(SIGPIPE, SIG_IGN);  // A peer that goes away is an error of that call.
  SetLogLevel(*ParseLogLevel(options->log_level));
  return options->roles.worker ? Work(*options) : Serve(*options);
}

}  // namespace
}  // namespace serin

int main(int argc, char** argv) {
  return serin::Main(std::vector<absl::string_view>(argv + 1, argv + argc));
}
