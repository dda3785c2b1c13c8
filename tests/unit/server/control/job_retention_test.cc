#include <set>
#include <string>

#include "server/control/job_store.h"
#include "tests/unit/server/control/job_store_fixture.h"

namespace serin {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

class JobRetentionTest : public JobStoreTest {
 protected:
  JobRetentionTest() { Restart({.max_queued_jobs = 10, .kept_finished_jobs = 2}); }

  JobId RunOne(const std::string& request_id = "") {
    const JobId id = Create(request_id).value_or(JobId());
    EXPECT_THAT(jobs().Fail(Begin(), absl::InvalidArgumentError("one class")), IsOk());
    return id;
  }
  std::set<std::string> Listed() {
    std::set<std::string> names;
    const v1::ListJobsResponse listed = *jobs().List("default", {});
    for (const v1::Job& job : listed.jobs()) names.insert(job.name());
    return names;
  }
};

TEST_F(JobRetentionTest, JobsThatEndedFirst_GoFirst_WithTheirRequests_OnDiskToo) {
  const JobId first = RunOne("first");
  const JobId second = RunOne("second");
  EXPECT_EQ(*Create("first"), first);
  const JobId third = RunOne();
  EXPECT_THAT(Listed(), UnorderedElementsAre("jobs/" + second.second, "jobs/" + third.second));
  EXPECT_THAT(jobs().Get(first), IsError(absl::StatusCode::kNotFound, testing::_));
  EXPECT_THAT(Metrics(), HasSubstr("serin_jobs{state=\"failed\"} 2"));
  store_.Crash();
  Restart({.max_queued_jobs = 10, .kept_finished_jobs = 2});
  EXPECT_THAT(jobs().Get(first), IsError(absl::StatusCode::kNotFound, testing::_));
  EXPECT_EQ(*Create("second"), second);
  EXPECT_NE(*Create("first"), first) << "its request was forgotten with it";
}

TEST_F(JobRetentionTest, OldJobThatEndsLast_IsKept_AndSoAreThoseThatHaveNotEnded) {
  SERIN_ASSERT_OK_AND_ASSIGN(const JobId old, Create());
  const WorkerAttempt attempt = Begin();
  RunOne();
  const JobId newer = RunOne();
  SERIN_ASSERT_OK_AND_ASSIGN(const JobId waits, Create());
  ASSERT_THAT(Succeed(attempt), IsOk());
  control_->Announce();
  EXPECT_THAT(Listed(), UnorderedElementsAre("jobs/" + old.second, "jobs/" + newer.second,
                                             "jobs/" + waits.second));
}

TEST_F(JobRetentionTest, SmallerBound_HoldsFromTheNextStartOn) {
  RunOne();
  const JobId last = RunOne();
  Restart({.max_queued_jobs = 10, .kept_finished_jobs = 1});
  EXPECT_THAT(Listed(), ElementsAre("jobs/" + last.second));
  EXPECT_THAT(Metrics(), HasSubstr("serin_jobs{state=\"failed\"} 1"));
}

TEST_F(JobRetentionTest, ClockThatIsSetBack_ForgetsNoJobBeforeItsTime) {
  RunOne();
  clock_.Advance(absl::Hours(1));
  const JobId second = RunOne();
  clock_.Advance(-absl::Hours(24));
  const JobId third = RunOne();
  EXPECT_THAT(Listed(), UnorderedElementsAre("jobs/" + second.second, "jobs/" + third.second));
  EXPECT_GE(FromProto(jobs().Get(third)->end_time()), FromProto(jobs().Get(third)->start_time()));
}

}  // namespace
}  // namespace serin
