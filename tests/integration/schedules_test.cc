// Schedules with real processes: runs on new versions, and kill -9 in between.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "tests/integration/deployment.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using Training = v1::TrainService::Stub;

class SchedulesTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_THAT(server_.Start(), IsOk());
    ASSERT_THAT(client().Upload("iris", TestFile("iris.csv")), IsOk());
  }

  TestClient& client() { return server_.client(); }

  absl::StatusOr<v1::Schedule> Create(v1::Promotion::Rule rule) {
    v1::CreateScheduleRequest request;
    request.set_schedule_id("fresh");
    v1::Schedule& schedule = *request.mutable_schedule();
    const v1::TrainRequest training = TrainIris("iris", "logistic_regression");
    schedule.set_model(training.model());
    *schedule.mutable_spec() = training.spec();
    schedule.mutable_spec()->set_dataset("iris");
    schedule.mutable_new_version();
    schedule.mutable_promotion()->set_rule(rule);
    return client().Call(client().training(), &Training::CreateSchedule, request);
  }
  v1::Schedule Get() {
    v1::GetScheduleRequest request;
    request.set_name("fresh");
    return client()
        .Call(client().training(), &Training::GetSchedule, request)
        .value_or(v1::Schedule());
  }
  // Waits for so many runs; returns the jobs, newest first.
  std::vector<std::string> AwaitRuns(int count) {
    const absl::Time deadline = absl::Now() + kCallTimeout;
    v1::Schedule schedule = Get();
    while (schedule.runs_size() < count && absl::Now() < deadline) schedule = Get();
    std::vector<std::string> jobs;
    for (const v1::ScheduleRun& run : schedule.runs()) jobs.push_back(run.job());
    return jobs;
  }

  SingleServer server_;
};

TEST_F(SchedulesTest, NewVersions_AreTrainedOnOnce_ThoughTheServerIsKilled_AndCompared) {
  ASSERT_THAT(Create(v1::Promotion::RULE_CANDIDATE_IF_BETTER), IsOk());
  ASSERT_THAT(client().Upload("iris", TestFile("iris.csv")), IsOk());
  std::vector<std::string> jobs = AwaitRuns(1);
  ASSERT_EQ(jobs.size(), 1u);
  server_.process().Kill();
  ASSERT_THAT(server_.Start(), IsOk());
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job first, client().AwaitJob(jobs[0]));
  EXPECT_EQ(first.state(), v1::JOB_STATE_SUCCEEDED);
  EXPECT_EQ(first.schedule(), "schedules/fresh");
  EXPECT_EQ(first.spec().dataset(), "datasets/iris/versions/2");
  EXPECT_EQ(client().GetModel("iris")->aliases().at("candidate"), 1) << "there was none to beat";

  ASSERT_THAT(client().Upload("iris", TestFile("iris.csv")), IsOk());
  jobs = AwaitRuns(2);
  ASSERT_EQ(jobs.size(), 2u) << "version 2 was trained on before the server was killed";
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job second, client().AwaitJob(jobs[0]));
  EXPECT_EQ(second.spec().dataset(), "datasets/iris/versions/3");
  v1::GetModelVersionRequest request;
  request.set_name(second.model_version());
  SERIN_ASSERT_OK_AND_ASSIGN(
      const v1::ModelVersion version,
      client().Call(client().models(), &v1::ModelService::Stub::GetModelVersion, request));
  EXPECT_EQ(version.comparison().model_version(), "models/iris/versions/1");
  EXPECT_FALSE(version.comparison().better()) << "the same data, the same model";
  EXPECT_EQ(client().GetModel("iris")->aliases().at("candidate"), 1);
}

}  // namespace
}  // namespace serin
