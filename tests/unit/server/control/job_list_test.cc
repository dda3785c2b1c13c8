#include <string>
#include <vector>

#include "tests/unit/server/control/job_store_fixture.h"

namespace serin {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST_F(JobStoreTest, ListJobs_IsNewestFirst_PageByPage) {
  std::vector<std::string> made;
  for (int i = 0; i < 5; ++i) made.insert(made.begin(), "jobs/" + Create()->second);
  v1::ListJobsRequest request;
  request.set_page_size(2);
  std::vector<std::string> listed;
  do {
    SERIN_ASSERT_OK_AND_ASSIGN(const auto page, jobs().List("default", request));
    for (const v1::Job& job : page.jobs()) listed.push_back(job.name());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(listed, made);
  EXPECT_EQ(jobs().List("other", {})->jobs_size(), 0);
}

TEST_F(JobStoreTest, ListJobs_OfOneParent_PageByPage) {
  for (const char* model : {"iris", "wine", "iris", "wine", "wine"})
    Create("", model).IgnoreError();
  SERIN_ASSERT_OK_AND_ASSIGN(const JobId nightly,
                             Create(NewJob{.model = "iris", .schedule = "schedules/nightly"}));
  v1::ListJobsRequest request;
  request.set_parent("models/wine");
  request.set_page_size(2);
  SERIN_ASSERT_OK_AND_ASSIGN(const auto first, jobs().List("default", request));
  EXPECT_EQ(first.jobs_size(), 2);
  request.set_page_token(first.next_page_token());
  SERIN_ASSERT_OK_AND_ASSIGN(const auto last, jobs().List("default", request));
  ASSERT_EQ(last.jobs_size(), 1);
  EXPECT_EQ(last.jobs(0).model(), "models/wine");
  EXPECT_EQ(last.next_page_token(), "");

  request.Clear();
  request.set_parent("schedules/nightly");
  SERIN_ASSERT_OK_AND_ASSIGN(const auto scheduled, jobs().List("default", request));
  ASSERT_EQ(scheduled.jobs_size(), 1);
  EXPECT_EQ(scheduled.jobs(0).name(), "jobs/" + nightly.second);
  request.set_parent("datasets/iris");
  EXPECT_THAT(jobs().List("default", request),
              IsError(absl::StatusCode::kInvalidArgument, HasSubstr("parent: must be models/")));
}

TEST_F(JobStoreTest, Watchers_AreToldOfEachChange_AndOfNoneAfterwards) {
  SERIN_ASSERT_OK_AND_ASSIGN(const JobId id, Create());
  std::vector<v1::JobState> seen;
  auto subscription = jobs().Watch(id, [&] { seen.push_back(StateOf(id)); });
  const WorkerAttempt attempt = Begin();
  ASSERT_THAT(Succeed(attempt), IsOk());
  control_->Announce();
  EXPECT_THAT(seen, ElementsAre(v1::JOB_STATE_RUNNING, v1::JOB_STATE_SUCCEEDED));
  subscription.reset();
  jobs().WakeWatchers();
  EXPECT_EQ(seen.size(), 2u);
}

TEST_F(JobStoreTest, UnknownJob_IsNotFound) {
  EXPECT_THAT(jobs().Get({"default", "nothing"}),
              IsError(absl::StatusCode::kNotFound, HasSubstr("jobs/nothing does not exist")));
}

}  // namespace
}  // namespace serin
