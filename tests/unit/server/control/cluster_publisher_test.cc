#include "server/control/cluster_publisher.h"

#include "tests/testing/simulated_clock.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using internal::v1::AppliedState;
using internal::v1::ClusterState;

AppliedState Applied(uint64_t revision) {
  AppliedState applied;
  applied.set_revision(revision);
  return applied;
}

class ClusterPublisherTest : public testing::Test {
 protected:
  void Publish(uint64_t revision) {
    auto state = std::make_shared<ClusterState>();
    state->set_revision(revision);
    publisher_.Publish(std::move(state));
  }
  std::unique_ptr<ClusterPublisher::Member> Join() {
    return publisher_.Join([this] { ++changes_; });
  }
  // Counts up when the newest state is applied.
  void Wait(int& done) {
    publisher_.WhenApplied([&done] { ++done; });
  }

  SimulatedClock clock_;
  ClusterPublisher publisher_{&clock_, absl::Seconds(5)};
  int changes_ = 0;
};

TEST_F(ClusterPublisherTest, WithoutMembers_EverythingIsApplied) {
  Publish(1);
  int done = 0;
  Wait(done);
  EXPECT_EQ(done, 1);
}

TEST_F(ClusterPublisherTest, WaitsForEveryMember) {
  const auto first = Join();
  const auto second = Join();
  Publish(7);
  EXPECT_EQ(changes_, 2);
  int done = 0;
  Wait(done);
  first->Report(Applied(7));
  second->Report(Applied(6));
  EXPECT_EQ(done, 0);
  second->Report(Applied(8));
  EXPECT_EQ(done, 1);
}

TEST_F(ClusterPublisherTest, AMemberThatLeaves_IsNotWaitedFor) {
  auto member = Join();
  Publish(1);
  int done = 0;
  Wait(done);
  EXPECT_EQ(done, 0);
  member.reset();
  EXPECT_EQ(done, 1);
  Publish(2);
  EXPECT_EQ(changes_, 1) << "told after it has left";
}

TEST_F(ClusterPublisherTest, AMemberThatSaysNothing_IsWaitedForNoLongerThanTheTimeout) {
  const auto member = Join();
  Publish(1);
  int done = 0;
  Wait(done);
  clock_.Advance(absl::Milliseconds(4999));
  publisher_.ExpireWaits();
  EXPECT_EQ(done, 0);
  clock_.Advance(absl::Milliseconds(1));
  publisher_.ExpireWaits();
  EXPECT_EQ(done, 1);
}

TEST_F(ClusterPublisherTest, Refusals_HoldUntilTheMemberReportsWithoutThemOrLeaves) {
  auto member = Join();
  AppliedState applied = Applied(1);
  auto* failure = applied.add_failures();
  failure->set_project("default");
  failure->set_model_version("models/iris/versions/2");
  failure->set_reason("golden row 3 differs");
  member->Report(applied);
  EXPECT_EQ(publisher_.RefusalOf("default", "models/iris/versions/2"), "golden row 3 differs");
  EXPECT_EQ(publisher_.RefusalOf("default", "models/iris/versions/1"), std::nullopt);
  EXPECT_EQ(publisher_.RefusalOf("other", "models/iris/versions/2"), std::nullopt);

  member->Report(Applied(2));
  EXPECT_EQ(publisher_.RefusalOf("default", "models/iris/versions/2"), std::nullopt);
  member->Report(applied);
  member.reset();
  EXPECT_EQ(publisher_.RefusalOf("default", "models/iris/versions/2"), std::nullopt);
}

TEST_F(ClusterPublisherTest, Drain_EndsWaitsOfNowAndLater_AndTellsMembers) {
  const auto member = Join();
  Publish(1);
  int done = 0;
  Wait(done);
  publisher_.Drain();
  EXPECT_EQ(done, 1);
  EXPECT_EQ(changes_, 2);
  EXPECT_TRUE(publisher_.draining());
  Wait(done);
  EXPECT_EQ(done, 2);
}

TEST_F(ClusterPublisherTest, ACallbackMayAskThePublisher) {
  Publish(3);
  uint64_t seen = 0;
  publisher_.WhenApplied([&] { seen = publisher_.state()->revision(); });
  EXPECT_EQ(seen, 3u);
}

}  // namespace
}  // namespace serin
