#include "server/control/job_scheduler.h"

#include <prometheus/registry.h>

#include <string>

#include "core/storage/memory_store.h"
#include "tests/testing/simulated_clock.h"
#include "tests/testing/status_matchers.h"
#include "tests/unit/server/control/fake_launcher.h"

namespace serin {
namespace {

using ::testing::HasSubstr;

class JobSchedulerTest : public testing::Test {
 protected:
  JobSchedulerTest() {
    EXPECT_THAT(models_.Recover(), IsOk());
    EXPECT_THAT(jobs_.Recover(), IsOk());
  }

  JobId Create() {
    clock_.Advance(absl::Milliseconds(1));
    const absl::StatusOr<v1::Job> job = jobs_.Create("default", {.model = "iris"});
    EXPECT_THAT(job, IsOk());
    return {"default", job->name().substr(5)};
  }
  v1::Job Get(const JobId& id) { return jobs_.Get(id).value_or(v1::Job()); }

  MemoryStore store_;
  SimulatedClock clock_;
  IdGenerator ids_{&clock_};
  prometheus::Registry registry_;
  JobMetrics metrics_{&registry_};
  ModelRegistry models_{&store_, &clock_, [](const auto&) {}};
  JobStore jobs_{&store_,          &clock_,   &ids_,
                 &models_,         &metrics_, [](std::function<void()> done) { done(); },
                 JobStoreOptions()};
  FakeLauncher launcher_;
};

TEST_F(JobSchedulerTest, RunsNoMoreThanTheBoundAtATime) {
  JobScheduler scheduler(&jobs_, &launcher_, &clock_, {.max_concurrent_jobs = 2});
  for (int i = 0; i < 3; ++i) Create();
  scheduler.Step();
  EXPECT_EQ(launcher_.running(), 2u);
  scheduler.Step();
  EXPECT_EQ(launcher_.running(), 2u);
  launcher_.Exit(absl::OkStatus());
  scheduler.Step();
  EXPECT_EQ(launcher_.running(), 2u);
}

TEST_F(JobSchedulerTest, WorkerThatReportsItsEnd_IsNotBegunAgain) {
  JobScheduler scheduler(&jobs_, &launcher_, &clock_, {});
  const JobId done = Create();
  const JobId failed = Create();
  scheduler.Step();
  ASSERT_THAT(jobs_.Succeed(launcher_.First(), "bundle", {}), IsOk());
  launcher_.Exit(absl::OkStatus());
  scheduler.Step();
  ASSERT_THAT(jobs_.Fail(launcher_.First(), absl::InvalidArgumentError("one class")), IsOk());
  launcher_.Exit(absl::InternalError("the worker ended with exit status 1"));
  scheduler.Step();
  EXPECT_EQ(launcher_.running(), 0u);
  EXPECT_EQ(Get(done).state(), v1::JOB_STATE_SUCCEEDED);
  EXPECT_EQ(Get(failed).error().message(), "one class");
}

TEST_F(JobSchedulerTest, WorkerThatDies_IsReplaced_AtLastTheJobFailsSayingHow) {
  JobScheduler scheduler(&jobs_, &launcher_, &clock_, {});
  const JobId id = Create();
  for (int attempt = 1; attempt <= kMaxAttempts; ++attempt) {
    scheduler.Step();
    EXPECT_EQ(launcher_.First().number, attempt);
    launcher_.Exit(attempt == 3 ? absl::InternalError("the worker was ended by signal 11")
                                : absl::OkStatus());
  }
  scheduler.Step();
  EXPECT_EQ(launcher_.running(), 0u);
  EXPECT_EQ(Get(id).state(), v1::JOB_STATE_FAILED);
  EXPECT_THAT(Get(id).error().message(), HasSubstr("signal 11"));
}

TEST_F(JobSchedulerTest, WorkerOutOfMemory_FailsTheJobAtOnce_SayingHowMuchItHad) {
  JobScheduler scheduler(&jobs_, &launcher_, &clock_, {});
  const JobId id = Create();
  scheduler.Step();
  launcher_.Exit(absl::ResourceExhaustedError("more memory than 64 MiB"));
  scheduler.Step();
  EXPECT_EQ(launcher_.running(), 0u) << "begun again, though it would need as much";
  EXPECT_EQ(Get(id).state(), v1::JOB_STATE_FAILED);
  EXPECT_EQ(Get(id).error().code(), static_cast<int>(absl::StatusCode::kResourceExhausted));
  EXPECT_EQ(Get(id).error().message(), "more memory than 64 MiB");
  EXPECT_EQ(Get(id).attempt(), 1);
}

TEST_F(JobSchedulerTest, WorkerThatHangs_IsKilled_AndTheJobBeginsAgain) {
  JobScheduler scheduler(&jobs_, &launcher_, &clock_, {.silence_limit = absl::Seconds(30)});
  const JobId id = Create();
  scheduler.Step();
  const auto wait = [&](int seconds) {
    for (int i = 0; i < seconds; ++i) {
      clock_.Advance(absl::Seconds(1));
      scheduler.Step();
    }
  };
  wait(25);
  ASSERT_THAT(jobs_.Report(launcher_.First(), {}), IsOk());
  wait(25);
  EXPECT_EQ(launcher_.First().number, 1) << "killed although it reports";
  wait(10);
  EXPECT_EQ(launcher_.First().number, 2);
  for (int attempt = 2; attempt <= kMaxAttempts; ++attempt) wait(35);
  EXPECT_EQ(launcher_.running(), 0u);
  EXPECT_EQ(Get(id).state(), v1::JOB_STATE_FAILED);
  EXPECT_THAT(Get(id).error().message(), HasSubstr("the worker said nothing for 30s"));
}

TEST_F(JobSchedulerTest, ClockThatJumps_KillsNobody) {
  JobScheduler scheduler(&jobs_, &launcher_, &clock_, {});
  Create();
  scheduler.Step();
  for (const absl::Duration jump : {absl::Hours(24), absl::Hours(-72), absl::Hours(24 * 365)}) {
    clock_.Advance(jump);
    scheduler.Step();
    EXPECT_EQ(launcher_.First().number, 1);
  }
}

TEST_F(JobSchedulerTest, Kill_EndsTheWorkerOfThatJobOnly_AndItsSlotIsFree) {
  JobScheduler scheduler(&jobs_, &launcher_, &clock_, {.max_concurrent_jobs = 2});
  const JobId first = Create();
  const JobId second = Create();
  const JobId third = Create();
  scheduler.Step();
  ASSERT_THAT(jobs_.Cancel(first, /*keep_best=*/false), IsOk());
  scheduler.Kill(first);
  EXPECT_EQ(launcher_.running(), 1u);
  EXPECT_EQ(launcher_.First().job, second.second);
  EXPECT_EQ(Get(first).state(), v1::JOB_STATE_CANCELLED);
  scheduler.Step();
  EXPECT_EQ(launcher_.running(), 2u);
  EXPECT_EQ(Get(third).state(), v1::JOB_STATE_RUNNING);
}

TEST_F(JobSchedulerTest, StoreThatCannotWrite_LaunchesNothing) {
  JobScheduler scheduler(&jobs_, &launcher_, &clock_, {});
  const JobId id = Create();
  store_.FailWriteAfter(0, MemoryStore::FailedWrite::kLost);
  scheduler.Step();
  EXPECT_EQ(launcher_.running(), 0u);
  EXPECT_EQ(Get(id).state(), v1::JOB_STATE_QUEUED);
}

TEST_F(JobSchedulerTest, Drain_KillsWorkers_AndTheirJobsResumeAtTheNextStart) {
  const JobId id = Create();
  {
    JobScheduler scheduler(&jobs_, &launcher_, &clock_, {});
    Create();
    scheduler.Step();
    scheduler.Drain();
    EXPECT_EQ(launcher_.running(), 0u);
    scheduler.Step();
    EXPECT_EQ(launcher_.running(), 0u) << "launched after Drain";
  }
  EXPECT_EQ(Get(id).state(), v1::JOB_STATE_QUEUED);

  prometheus::Registry registry;
  JobMetrics metrics(&registry);
  JobStore restarted(&store_, &clock_, &ids_, &models_, &metrics,
                     [](std::function<void()> done) { done(); }, {});
  ASSERT_THAT(restarted.Recover(), IsOk());
  JobScheduler scheduler(&restarted, &launcher_, &clock_, {});
  scheduler.Step();
  EXPECT_EQ(launcher_.First().job, id.second);
  EXPECT_EQ(launcher_.First().number, 1) << "an orderly stop has cost an attempt";
}

TEST_F(JobSchedulerTest, TheThread_RunsJobsAsTheyComeAndGo) {
  JobScheduler scheduler(&jobs_, &launcher_, &clock_, {});
  scheduler.Start();
  const JobId first = Create();
  const JobId second = Create();
  scheduler.Wake();
  launcher_.AwaitRunning(1);
  EXPECT_EQ(launcher_.First().job, first.second);
  ASSERT_THAT(jobs_.Succeed(launcher_.First(), "bundle", {}), IsOk());
  launcher_.Exit(absl::OkStatus());
  launcher_.AwaitRunning(1);
  EXPECT_EQ(launcher_.First().job, second.second);
}

}  // namespace
}  // namespace serin
