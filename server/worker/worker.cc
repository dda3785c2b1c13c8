#include "server/worker/worker.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "absl/time/clock.h"
#include "server/worker/process_limits.h"
#include "server/worker/training_attempt.h"

namespace serin {
namespace {

// Asks the kernel to end this process with the one that started it. False if that has ended
// already, perhaps while this one was being loaded.
bool DieWith(pid_t parent) { return prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && getppid() == parent; }

std::shared_ptr<grpc::Channel> Connect(const std::string& target) {
  grpc::ChannelArguments arguments;
  // Batches of rows are bounded by who sends them.
  arguments.SetMaxReceiveMessageSize(-1);
  return grpc::CreateCustomChannel(target, grpc::InsecureChannelCredentials(), arguments);
}

}  // namespace

int RunWorker(const WorkerOptions& options) {
  if (!DieWith(options.parent)) return kWorkerSuperseded;
  YieldToOthers();
  EndWhenOutOfMemory(options.memory_limit_bytes);
  internal::v1::Attempt attempt;
  attempt.set_project(options.project);
  attempt.set_job(options.job);
  attempt.set_number(options.attempt);
  return TrainingAttempt(Connect(options.control_target), Connect(options.dataset_target), attempt,
                         Clock::Monotonic(), &absl::SleepFor)
      .Run();
}

}  // namespace serin
