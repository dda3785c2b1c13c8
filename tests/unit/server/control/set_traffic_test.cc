#include <string>
#include <thread>

#include "absl/synchronization/notification.h"
#include "tests/unit/server/control/control_members.h"
#include "tests/unit/server/control/control_role_fixture.h"

namespace serin {
namespace {

using internal::v1::ClusterState;
using ::testing::HasSubstr;

TEST_F(ControlRoleTest, AJob_ShowsAsSucceeded_OnlyOnceTheMemberActsOnItsModel) {
  HesitantMember member(channel_);
  member.AwaitState(kEmptyRevision);
  member.Hold();
  const std::string job = MakeVersion(0);
  member.AwaitState(kEmptyRevision + 1);
  EXPECT_EQ(GetJob(job)->state(), v1::JOB_STATE_RUNNING);
  const auto watch = WatchJob(job);
  v1::Job seen;
  ASSERT_TRUE(watch->reader->Read(&seen));
  EXPECT_EQ(seen.state(), v1::JOB_STATE_RUNNING);
  member.Release();
  ASSERT_TRUE(watch->reader->Read(&seen));
  EXPECT_EQ(seen.state(), v1::JOB_STATE_SUCCEEDED);
}

TEST_F(ControlRoleTest, AChange_IsAnswered_WhenTheMemberActsOnIt_OrTheTimeIsOver) {
  MakeVersion(0);
  HesitantMember member(channel_);
  member.AwaitState(kEmptyRevision + 1);
  EXPECT_THAT(SetAlias("champion", 1), IsOk());
  EXPECT_EQ(member.AwaitState(kEmptyRevision + 2).models(0).aliases().at("champion"), 1);

  member.Hold();
  absl::Notification answered;
  std::thread caller([&] {
    EXPECT_THAT(SetAlias("champion", 0), IsOk());
    answered.Notify();
  });
  member.AwaitState(kEmptyRevision + 3);
  EXPECT_FALSE(answered.HasBeenNotified());
  // The wait may begin only after the member has the state: the time goes on until it is over.
  while (!answered.WaitForNotificationWithTimeout(absl::Milliseconds(50))) {
    clock_.Advance(PublisherOptions().apply_timeout);
  }
  caller.join();
}

TEST_F(ControlRoleTest, SetTraffic_ToAVersionThatIsLoading_TakesEffectOnceItIsLoaded) {
  MakeVersion(0);
  HesitantMember member(channel_);
  ObedientProxy proxy(channel_);
  member.AwaitState(kEmptyRevision + 1);
  member.Hold();
  MakeVersion(1);
  member.AwaitState(kEmptyRevision + 2);

  std::thread caller([&] { EXPECT_THAT(SetTraffic(2), IsOk()); });
  const ClusterState before = proxy.Await([](const ClusterState& state) {
    return state.models_size() == 1 && state.models(0).versions_size() == 2;
  });
  EXPECT_EQ(before.models(0).traffic(0).version(), 1);
  member.Release();
  const ClusterState after = proxy.Await(
      [](const ClusterState& state) { return state.models(0).traffic(0).version() == 2; });
  EXPECT_EQ(after.replicas(0).loaded_size(), 2) << "no state has traffic that nobody can answer";
  caller.join();
}

TEST_F(ControlRoleTest, SetTraffic_WithoutAnyPredictor_Fails_AndChangesNothing) {
  MakeVersion(0);
  MakeVersion(1);
  absl::Notification answered;
  absl::Status outcome;
  std::thread caller([&] {
    outcome = SetTraffic(2).status();
    answered.Notify();
  });
  while (!answered.WaitForNotificationWithTimeout(absl::Milliseconds(50))) {
    clock_.Advance(TrafficChangeOptions().timeout);
  }
  caller.join();
  EXPECT_THAT(outcome,
              IsError(absl::StatusCode::kUnavailable, HasSubstr("no predictor is connected")));
  EXPECT_EQ(ReasonOf(outcome), "TRAFFIC_NOT_READY");
  EXPECT_EQ(GetModel()->traffic(0).version(), 1);
}

TEST_F(ControlRoleTest, SetTraffic_ToAVersionThatAPredictorRefused_IsRefusedWithTheReason) {
  MakeVersion(0);
  HesitantMember member(channel_);
  member.Refuse(2);
  member.AwaitState(kEmptyRevision + 1);
  MakeVersion(1);
  const absl::Status refused = SetTraffic(2).status();
  EXPECT_THAT(refused,
              IsError(absl::StatusCode::kFailedPrecondition, HasSubstr("golden row 3 differs")));
  EXPECT_EQ(ReasonOf(refused), "VERSION_REFUSED");
  EXPECT_EQ(GetModel()->traffic(0).version(), 1);
  EXPECT_THAT(SetTraffic(1), IsOk());
}

}  // namespace
}  // namespace serin
