#include "server/control/local_launcher.h"

#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/base/resource_name.h"
#include "server/control/worker_memory.h"
#include "server/rpc/worker_exit.h"

namespace serin {
namespace {

// How often children are asked whether they have ended, while there are any.
constexpr absl::Duration kReapInterval = absl::Milliseconds(20);
// Threads of XGBoost that spin while they wait make it ten times slower on a busy machine.
constexpr char kWaitPolicy[] = "OMP_WAIT_POLICY=passive";

std::vector<char*> Pointers(std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  pointers.reserve(strings.size() + 1);
  for (std::string& string : strings) pointers.push_back(string.data());
  pointers.push_back(nullptr);
  return pointers;
}

// What else is set for OpenMP is left out: a limit to the threads that XGBoost starts would change
// in which order it adds up, and with that the last bits of the model.
std::vector<std::string> Environment() {
  std::vector<std::string> variables = {kWaitPolicy};
  for (char** variable = environ; *variable != nullptr; ++variable) {
    if (!absl::StartsWith(*variable, "OMP_")) variables.push_back(*variable);
  }
  return variables;
}

// Starts a program that inherits standard error, has no signals blocked and none handled.
absl::StatusOr<pid_t> Spawn(const std::string& executable, std::vector<std::string> arguments) {
  std::vector<std::string> environment = Environment();
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  pid_t pid = 0;
  const int error = posix_spawn(&pid, executable.c_str(), /*file_actions=*/nullptr, &attributes,
                                Pointers(arguments).data(), Pointers(environment).data());
  posix_spawnattr_destroy(&attributes);
  if (error == 0) return pid;
  return absl::InternalError(
      absl::StrCat("cannot start a worker from ", executable, ": ", strerror(error)));
}

}  // namespace

LocalLauncher::LocalLauncher(LocalLauncherOptions options) : options_(std::move(options)) {
  thread_ = std::thread([this] { Loop(); });
}

LocalLauncher::~LocalLauncher() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  KillAll();
  thread_.join();
}

void LocalLauncher::Launch(const WorkerAttempt& attempt, ExitFn on_exit) {
  absl::MutexLock lock(&mutex_);
  requests_.push_back({attempt, std::move(on_exit)});
}

void LocalLauncher::Kill(const WorkerAttempt& attempt) {
  absl::MutexLock lock(&mutex_);
  for (const auto& [pid, child] : children_) {
    if (child.attempt == attempt) kill(pid, SIGKILL);
  }
  for (Request& request : requests_) request.killed |= request.attempt == attempt;
}

void LocalLauncher::KillAll() {
  absl::MutexLock lock(&mutex_);
  for (const auto& [pid, child] : children_) kill(pid, SIGKILL);
  for (Request& request : requests_) request.killed = true;
}

void LocalLauncher::Loop() {
  while (AwaitWork()) {
    StartRequested();
    ReapEnded();
  }
}

bool LocalLauncher::AwaitWork() {
  const auto ready = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
    return !requests_.empty() || (stopping_ && children_.empty());
  };
  absl::MutexLock lock(&mutex_);
  if (children_.empty()) {
    mutex_.Await(absl::Condition(&ready));
  } else {
    mutex_.AwaitWithTimeout(absl::Condition(&ready), kReapInterval);
  }
  return !(stopping_ && children_.empty() && requests_.empty());
}

void LocalLauncher::StartRequested() {
  std::vector<std::pair<ExitFn, absl::Status>> failed;
  {
    absl::MutexLock lock(&mutex_);
    for (; !requests_.empty(); requests_.pop_front()) {
      Request& request = requests_.front();
      const absl::StatusOr<pid_t> pid = StartOne(request);
      if (pid.ok()) {
        children_.emplace(*pid, Child{request.attempt, std::move(request.on_exit)});
      } else {
        failed.emplace_back(std::move(request.on_exit), pid.status());
      }
    }
  }
  for (const auto& [on_exit, error] : failed) on_exit(error);
}

absl::StatusOr<pid_t> LocalLauncher::StartOne(const Request& request) const {
  if (request.killed) return absl::InternalError("the worker was ended before it began");
  return Spawn(options_.executable, ArgumentsFor(request.attempt));
}

void LocalLauncher::ReapEnded() {
  std::vector<std::pair<ExitFn, absl::Status>> ended;
  {
    absl::MutexLock lock(&mutex_);
    for (auto child = children_.begin(); child != children_.end();) {
      int wait_status = 0;
      if (waitpid(child->first, &wait_status, WNOHANG) == 0) {
        CheckMemory(child->first, child->second);
        ++child;
        continue;
      }
      absl::Status how = HowItEnded(child->second, wait_status);
      ended.emplace_back(std::move(child->second.on_exit), std::move(how));
      child = children_.erase(child);
    }
  }
  for (const auto& [on_exit, how] : ended) on_exit(how);
}

void LocalLauncher::CheckMemory(pid_t pid, Child& child) const {
  const int64_t limit = options_.memory_limit_bytes;
  if (limit == 0 || ResidentBytes(pid) <= limit) return;
  child.out_of_memory = true;
  kill(pid, SIGKILL);
}

absl::Status LocalLauncher::HowItEnded(const Child& child, int wait_status) const {
  const bool gave_up = WIFEXITED(wait_status) && WEXITSTATUS(wait_status) == kWorkerOutOfMemory;
  if (child.out_of_memory || gave_up) return OutOfMemory(options_.memory_limit_bytes);
  if (WIFSIGNALED(wait_status)) {
    const int signal = WTERMSIG(wait_status);
    return absl::InternalError(
        absl::StrCat("the worker was ended by signal ", signal, " (", strsignal(signal), ")"));
  }
  const int exit_status = WEXITSTATUS(wait_status);
  if (exit_status == kWorkerReported) return absl::OkStatus();
  return absl::InternalError(absl::StrCat("the worker ended with exit status ", exit_status));
}

std::vector<std::string> LocalLauncher::ArgumentsFor(const WorkerAttempt& attempt) const {
  return {"serin-server",
          "--roles=worker",
          absl::StrCat("--control=", options_.control_target),
          absl::StrCat("--dataset=", options_.dataset_target),
          absl::StrCat("--project=", attempt.project),
          absl::StrCat("--job=", JobName(attempt.job)),
          absl::StrCat("--attempt=", attempt.number),
          absl::StrCat("--parent=", getpid()),
          absl::StrCat("--memory_limit_bytes=", options_.memory_limit_bytes)};
}

}  // namespace serin
