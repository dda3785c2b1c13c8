#include "server/control/control_role.h"

#include "tests/unit/server/control/control_members.h"
#include "tests/unit/server/control/control_role_fixture.h"

namespace serin {
namespace {

using internal::v1::ClusterState;
using ::testing::HasSubstr;

TEST_F(ControlRoleTest, Restart_ResumesWhatRan) {
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job job, Train(Request()));
  EXPECT_EQ(AwaitAttempt().number(), 1);
  Stop();
  Start();
  EXPECT_EQ(AwaitAttempt().number(), 1) << "an orderly stop has cost an attempt";
  EXPECT_THAT(Complete(AwaitAttempt(), StoredBundle(TinyClassifier()).bytes), IsOk());
  EXPECT_EQ(GetJob(job.name())->state(), v1::JOB_STATE_SUCCEEDED);
}

TEST_F(ControlRoleTest, ARestart_PublishesTheTrafficOfBefore_AndTakesPredictorsBack) {
  MakeVersion(0);
  MakeVersion(1);
  HesitantMember member(channel_);
  ASSERT_THAT(SetTraffic(2), IsOk());
  Stop();
  Start();
  ObedientProxy proxy(channel_);
  const ClusterState state =
      proxy.Await([](const ClusterState& state) { return state.revision() > 0; });
  EXPECT_EQ(state.models(0).traffic(0).version(), 2);
  EXPECT_TRUE(state.settling());
  HesitantMember again(channel_);
  const ClusterState joined = proxy.Await([](const ClusterState& state) {
    return state.replicas_size() == 1 && state.replicas(0).loaded_size() == 2;
  });
  EXPECT_EQ(joined.replicas(0).id(), "hesitant");
}

TEST_F(ControlRoleTest, Drain_EndsStreamsAndWaits) {
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job job, Train(Request()));
  AwaitAttempt();
  HesitantMember member(channel_);
  member.AwaitState(kEmptyRevision);
  const auto watch = WatchJob(job.name());
  v1::Job seen;
  ASSERT_TRUE(watch->reader->Read(&seen));
  role_->Drain();
  while (watch->reader->Read(&seen)) {
    EXPECT_EQ(seen.state(), v1::JOB_STATE_QUEUED);
  }
  EXPECT_THAT(FromGrpc(watch->reader->Finish()),
              IsError(absl::StatusCode::kUnavailable, HasSubstr("stopping")));
  EXPECT_EQ(launcher_.running(), 0u);
}

}  // namespace
}  // namespace serin
