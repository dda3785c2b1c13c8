#ifndef SERIN_TESTS_TESTING_SERVER_PROCESS_H_
#define SERIN_TESTS_TESTING_SERVER_PROCESS_H_

#include <signal.h>
#include <sys/types.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "tests/testing/program.h"

namespace serin {

// A directory that exists as long as the object.
class TempDir {
 public:
  TempDir();
  ~TempDir();

  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// Runs the serin-server that was built with the test to its end, which has to come soon.
ProgramResult RunServerToEnd(const std::vector<std::string>& flags);

// Whether a process exists and has not ended (a zombie has).
bool IsAlive(pid_t pid);

// A running serin-server. It dies with the object, and with the thread that launched it (that is
// what PR_SET_PDEATHSIG means by a parent), so that none outlives the test's process.
class ServerProcess {
 public:
  // Starts a server that may take its time: call AwaitReady next. `flags` are added to ports that
  // are picked by the system.
  static absl::StatusOr<std::unique_ptr<ServerProcess>> Launch(
      const std::vector<std::string>& flags);
  // Waits until it says that it is ready. The error holds what it wrote to standard error.
  absl::Status AwaitReady();

  // Launch and AwaitReady.
  static absl::StatusOr<std::unique_ptr<ServerProcess>> Start(
      const std::vector<std::string>& flags);
  ~ServerProcess();

  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  // HOST:PORT by name, as the server said when it was ready: public, admin, internal.
  const std::string& address(const std::string& name) const { return addresses_.at(name); }
  pid_t pid() const { return pid_; }
  // From the launch to its being ready.
  absl::Duration start_time() const { return start_time_; }

  // Asks it to end, waits until it has, and returns its exit code; 128 + signal if a signal ended
  // it. One that takes longer than 15 s is killed.
  int Stop(int signal = SIGTERM);

  // Kills it (SIGKILL) and waits until it is gone.
  void Kill();

  // All that it has written to standard error so far.
  std::string Errors() const;

  // The worker processes that it has started and that are still there.
  std::vector<pid_t> Workers() const;

 private:
  ServerProcess() = default;

  pid_t pid_ = -1;  // -1: not running.
  int output_ = -1;
  TempDir scratch_;
  std::map<std::string, std::string> addresses_;
  absl::Time launched_;
  absl::Duration start_time_;
};

}  // namespace serin

#endif  // SERIN_TESTS_TESTING_SERVER_PROCESS_H_
