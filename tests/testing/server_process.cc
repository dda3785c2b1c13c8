#include "tests/testing/server_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "core/base/status_macros.h"

namespace serin {
namespace {

constexpr absl::Duration kReadyTimeout = absl::Seconds(30);
constexpr absl::Duration kStopTimeout = absl::Seconds(15);
constexpr absl::string_view kReadyLine = "serin-server ready: ";

std::string ReadFile(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// Starts serin-server with its standard error in a file and its standard output going to a file
// descriptor. It is killed when this thread ends.
pid_t Spawn(const std::vector<std::string>& flags, int output, const std::string& errors_path) {
  const int errors = open(errors_path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  std::vector<std::string> arguments = {SERIN_SERVER_BINARY};
  arguments.insert(arguments.end(), flags.begin(), flags.end());
  std::vector<char*> pointers;
  for (std::string& argument : arguments) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  const pid_t pid = fork();
  if (pid == 0) {
    // Only what is allowed between fork and exec in a process with threads.
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(output, STDOUT_FILENO);
    dup2(errors, STDERR_FILENO);
    execv(pointers[0], pointers.data());
    _exit(127);
  }
  close(errors);
  return pid;
}

int ExitCode(int wait_status) {
  return WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

// Waits for a child to end; kills it when it takes too long.
int Reap(pid_t pid, absl::Duration timeout) {
  const absl::Time deadline = absl::Now() + timeout;
  int status = 0;
  while (waitpid(pid, &status, WNOHANG) == 0) {
    if (absl::Now() > deadline) kill(pid, SIGKILL);
    poll(nullptr, 0, /*timeout_ms=*/2);
  }
  return ExitCode(status);
}

// Reads up to the end of a line, or what came before the writer ended or the time was up.
std::string ReadLine(int descriptor, absl::Time deadline) {
  std::string line;
  pollfd readable = {.fd = descriptor, .events = POLLIN};
  char c = 0;
  while (absl::Now() < deadline) {
    if (poll(&readable, 1, /*timeout_ms=*/100) <= 0) continue;
    if (read(descriptor, &c, 1) != 1 || c == '\n') break;
    line.push_back(c);
  }
  return line;
}

// What /proc says of a process: its state (`Z`: ended, not yet waited for) and its parent.
struct ProcessStat {
  std::string state;
  pid_t parent = 0;
};

// All zero for one that is gone.
ProcessStat StatOf(pid_t pid) {
  const std::string stat = ReadFile(absl::StrCat("/proc/", pid, "/stat"));
  const size_t name_end = stat.rfind(')');
  if (name_end == stat.npos) return {};
  const std::vector<std::string> fields = absl::StrSplit(stat.substr(name_end + 2), ' ');
  ProcessStat result{.state = fields[0]};
  return absl::SimpleAtoi(fields[1], &result.parent) ? result : ProcessStat();
}

}  // namespace

TempDir::TempDir() : path_(std::filesystem::temp_directory_path() / "serin-test-XXXXXX") {
  if (mkdtemp(path_.data()) == nullptr) abort();
}

TempDir::~TempDir() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

ProgramResult RunServerToEnd(const std::vector<std::string>& flags) {
  std::vector<std::string> arguments = {SERIN_SERVER_BINARY};
  arguments.insert(arguments.end(), flags.begin(), flags.end());
  return RunProgram(arguments, /*input=*/"", kStopTimeout);
}

bool IsAlive(pid_t pid) {
  const std::string state = StatOf(pid).state;
  return !state.empty() && state != "Z";
}

absl::StatusOr<std::unique_ptr<ServerProcess>> ServerProcess::Launch(
    const std::vector<std::string>& flags) {
  std::unique_ptr<ServerProcess> server(new ServerProcess());
  std::vector<std::string> all_flags = {"--port=0", "--admin_port=0"};
  all_flags.insert(all_flags.end(), flags.begin(), flags.end());
  int pipe_ends[2];
  if (pipe2(pipe_ends, O_CLOEXEC) != 0) return absl::InternalError("pipe2 failed");
  server->launched_ = absl::Now();
  server->output_ = pipe_ends[0];
  server->pid_ = Spawn(all_flags, pipe_ends[1], server->scratch_.path() + "/errors");
  close(pipe_ends[1]);
  return server;
}

absl::StatusOr<std::unique_ptr<ServerProcess>> ServerProcess::Start(
    const std::vector<std::string>& flags) {
  SERIN_ASSIGN_OR_RETURN(std::unique_ptr<ServerProcess> server, Launch(flags));
  SERIN_RETURN_IF_ERROR(server->AwaitReady());
  return server;
}

absl::Status ServerProcess::AwaitReady() {
  const std::string line = ReadLine(output_, launched_ + kReadyTimeout);
  absl::string_view addresses = line;
  if (!absl::ConsumePrefix(&addresses, kReadyLine)) {
    return absl::UnavailableError(
        absl::StrCat("the server is not ready; it said '", line, "' and ", Errors()));
  }
  start_time_ = absl::Now() - launched_;
  for (const absl::string_view pair : absl::StrSplit(addresses, ' ')) {
    addresses_.insert(absl::StrSplit(pair, absl::MaxSplits('=', 1)));
  }
  return absl::OkStatus();
}

ServerProcess::~ServerProcess() {
  Kill();
  if (output_ >= 0) close(output_);
}

int ServerProcess::Stop(int signal) {
  kill(pid_, signal);
  return Reap(std::exchange(pid_, -1), kStopTimeout);
}

void ServerProcess::Kill() {
  if (pid_ < 0) return;
  kill(pid_, SIGKILL);
  Reap(std::exchange(pid_, -1), kStopTimeout);
}

std::string ServerProcess::Errors() const { return ReadFile(scratch_.path() + "/errors"); }

std::vector<pid_t> ServerProcess::Workers() const {
  std::vector<pid_t> workers;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    pid_t pid = 0;
    if (!absl::SimpleAtoi(entry.path().filename().string(), &pid)) continue;
    if (StatOf(pid).parent == pid_) workers.push_back(pid);
  }
  return workers;
}

}  // namespace serin
