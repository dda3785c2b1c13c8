#include "server/control/cluster_state.h"
#include "tests/unit/server/control/job_store_fixture.h"

namespace serin {
namespace {

// What a schedule wants.
NewJob Scheduled(v1::Promotion::Rule rule) {
  NewJob wanted = {.model = "iris", .schedule = "schedules/nightly"};
  wanted.promotion.set_rule(rule);
  return wanted;
}

TEST_F(JobStoreTest, JobOfASchedule_IsAcceptedTogetherWithWhatTheScheduleWrites) {
  const auto also = [](const v1::Job& job, WriteBatch& batch) {
    batch.PutValue("default/test", job.name());
  };
  SERIN_ASSERT_OK_AND_ASSIGN(
      const v1::Job job, jobs().Create("default", Scheduled(v1::Promotion::RULE_CANDIDATE), also));
  EXPECT_EQ(job.schedule(), "schedules/nightly");
  EXPECT_EQ(*store_.Get("default/test"), job.name());
}

TEST_F(JobStoreTest, CandidateIfBetter_IsComparedWithTheVersionWithTheMostTraffic) {
  const NewJob wanted = Scheduled(v1::Promotion::RULE_CANDIDATE_IF_BETTER);
  ASSERT_THAT(Create(wanted), IsOk());
  const WorkerAttempt first = Begin();
  EXPECT_EQ(jobs().ComparedWith("default", *jobs().Assigned(first)), "") << "there is none yet";
  ASSERT_THAT(Succeed(first), IsOk());

  ASSERT_THAT(Create(wanted), IsOk());
  const WorkerAttempt second = Begin();
  EXPECT_EQ(jobs().ComparedWith("default", *jobs().Assigned(second)), "models/iris/versions/1");
  ASSERT_THAT(Create(Scheduled(v1::Promotion::RULE_CANDIDATE)), IsOk());
  EXPECT_EQ(jobs().ComparedWith("default", *jobs().Assigned(Begin())), "") << "not asked for";
}

TEST_F(JobStoreTest, Candidate_TheAliasPointsAtItWithTheVersionsRegistration) {
  const NewJob wanted = Scheduled(v1::Promotion::RULE_CANDIDATE_IF_BETTER);
  const auto candidate = [&] {
    return FindModel(*control_->models.state(), "default", "iris")->aliases().at("candidate");
  };
  ASSERT_THAT(Create(wanted), IsOk());
  ASSERT_THAT(Succeed(Begin()), IsOk());
  EXPECT_EQ(candidate(), 1);

  ASSERT_THAT(Create(wanted), IsOk());
  ASSERT_THAT(jobs().Succeed(Begin(), "bundle", v1::ModelVersion()), IsOk());
  EXPECT_EQ(candidate(), 1) << "the second is not better";

  v1::ModelVersion better;
  better.mutable_comparison()->set_better(true);
  ASSERT_THAT(Create(wanted), IsOk());
  ASSERT_THAT(jobs().Succeed(Begin(), "bundle", better), IsOk());
  EXPECT_EQ(candidate(), 3);
  Restart();
  EXPECT_EQ(candidate(), 3);
}

}  // namespace
}  // namespace serin
