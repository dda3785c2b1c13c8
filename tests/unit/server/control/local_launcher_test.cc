#include "server/control/local_launcher.h"

#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <string>

#include "absl/strings/numbers.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace serin {
namespace {

using ::testing::HasSubstr;

constexpr auto kInternal = absl::StatusCode::kInternal;

// How a worker ended, once it has.
class Exit {
 public:
  WorkerLauncher::ExitFn Fn() {
    return [this](const absl::Status& how) {
      absl::MutexLock lock(&mutex_);
      how_ = how;
      ++calls_;
    };
  }
  absl::Status Await() {
    const auto called = [this] { return calls_ > 0; };
    absl::MutexLock lock(&mutex_);
    if (mutex_.AwaitWithTimeout(absl::Condition(&called), absl::Seconds(20))) return how_;
    return absl::DeadlineExceededError("the worker did not end");
  }
  int calls() {
    absl::MutexLock lock(&mutex_);
    return calls_;
  }

 private:
  absl::Mutex mutex_;
  int calls_ = 0;
  absl::Status how_;
};

class LocalLauncherTest : public testing::Test {
 protected:
  // A launcher whose workers run this shell script.
  LocalLauncherOptions Running(const std::string& script) {
    const std::string path = directory_.path() + "/worker";
    std::ofstream(path) << "#!/bin/sh\ncd " << directory_.path() << "\n" << script << "\n";
    chmod(path.c_str(), 0755);
    return {.executable = path, .control_target = "unix:/c", .dataset_target = "unix:/d"};
  }
  // What is in a file; of a fifo, waits for it.
  std::string Read(const std::string& name) {
    std::ifstream file(directory_.path() + "/" + name);
    return std::string(std::istreambuf_iterator<char>(file), {});
  }

  const WorkerAttempt attempt_ = {.project = "default", .job = "j1", .number = 2};
  const TempDir directory_;
};

TEST_F(LocalLauncherTest, TellsTheWorkerWhatItIsFor) {
  Exit exit;
  LocalLauncher launcher(Running("echo \"$@\" $OMP_WAIT_POLICY > arguments"));
  launcher.Launch(attempt_, exit.Fn());
  EXPECT_THAT(exit.Await(), IsOk());
  EXPECT_EQ(Read("arguments"),
            "--roles=worker --control=unix:/c --dataset=unix:/d --project=default --job=jobs/j1 "
            "--attempt=2 --parent=" +
                std::to_string(getpid()) + " --memory_limit_bytes=0 passive\n");
}

TEST_F(LocalLauncherTest, ExitStatus_IsTold) {
  Exit exit;
  LocalLauncher launcher(Running("exit 7"));
  launcher.Launch(attempt_, exit.Fn());
  EXPECT_THAT(exit.Await(), IsError(kInternal, HasSubstr("exit status 7")));
}

TEST_F(LocalLauncherTest, Signal_IsTold) {
  Exit exit;
  LocalLauncher launcher(Running("kill -SEGV $$"));
  launcher.Launch(attempt_, exit.Fn());
  EXPECT_THAT(exit.Await(), IsError(kInternal, HasSubstr("signal 11 (Segmentation fault)")));
}

TEST_F(LocalLauncherTest, ProgramThatDoesNotExist_IsTold) {
  Exit exit;
  LocalLauncher launcher({.executable = "/nowhere/serin-server"});
  launcher.Launch(attempt_, exit.Fn());
  EXPECT_THAT(exit.Await(), IsError(kInternal, HasSubstr("/nowhere/serin-server: No such file")));
}

TEST_F(LocalLauncherTest, KillAll_EndsWorkers_AndOthersCanBeLaunchedAfterwards) {
  Exit first;
  Exit second;
  LocalLauncher launcher(Running("[ -e again ] && exit 0\nexec sleep 600"));
  launcher.Launch(attempt_, first.Fn());
  launcher.KillAll();
  EXPECT_THAT(first.Await(), IsError(kInternal, testing::_));
  std::ofstream(directory_.path() + "/again") << "yes";
  launcher.Launch(attempt_, second.Fn());
  EXPECT_THAT(second.Await(), IsOk());
  EXPECT_EQ(first.calls(), 1);
}

TEST_F(LocalLauncherTest, Kill_EndsThatWorkerOnly) {
  Exit first;
  Exit second;
  ASSERT_EQ(mkfifo((directory_.path() + "/go").c_str(), 0600), 0);
  LocalLauncher launcher(Running("read line < go"));
  const WorkerAttempt other = {.project = "default", .job = "j2", .number = 1};
  launcher.Launch(attempt_, first.Fn());
  launcher.Launch(other, second.Fn());
  launcher.Kill(attempt_);
  EXPECT_THAT(first.Await(), IsError(kInternal, testing::_));
  EXPECT_EQ(second.calls(), 0);
  launcher.Kill(attempt_);
  std::ofstream(directory_.path() + "/go") << "on\n";
  EXPECT_THAT(second.Await(), IsOk());
}

TEST_F(LocalLauncherTest, WorkerThatTakesMoreMemoryThanItMay_IsKilled_SayingHowMuchThatIs) {
  Exit exit;
  // Keeps all of a line that never ends.
  LocalLauncherOptions options = Running("exec tail /dev/zero");
  options.memory_limit_bytes = 64 << 20;
  LocalLauncher launcher(options);
  launcher.Launch(attempt_, exit.Fn());
  EXPECT_THAT(exit.Await(),
              IsError(absl::StatusCode::kResourceExhausted, HasSubstr("which is 64 MiB")));
}

TEST_F(LocalLauncherTest, WorkerThatGetsNoMemory_SaysSoByItsExitStatus) {
  Exit exit;
  LocalLauncherOptions options = Running("exit 3");
  options.memory_limit_bytes = int64_t{2} << 30;
  LocalLauncher launcher(options);
  launcher.Launch(attempt_, exit.Fn());
  EXPECT_THAT(exit.Await(),
              IsError(absl::StatusCode::kResourceExhausted, HasSubstr("which is 2048 MiB")));
}

TEST_F(LocalLauncherTest, Destructor_KillsAndReapsWhatRuns) {
  Exit exit;
  int pid = 0;
  ASSERT_EQ(mkfifo((directory_.path() + "/pid").c_str(), 0600), 0);
  {
    LocalLauncher launcher(Running("echo $$ > pid; exec sleep 600"));
    launcher.Launch(attempt_, exit.Fn());
    ASSERT_TRUE(absl::SimpleAtoi(Read("pid"), &pid));
  }
  EXPECT_EQ(exit.calls(), 1);
  EXPECT_THAT(exit.Await(), IsError(kInternal, HasSubstr("signal 9")));
  EXPECT_EQ(kill(pid, 0), -1) << "the worker is still there";
}

}  // namespace
}  // namespace serin
