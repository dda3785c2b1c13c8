#include "server/control/cluster_publisher.h"

#include <memory>
#include <string>
#include <utility>

#include "tests/testing/simulated_clock.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using internal::v1::ClusterState;
using internal::v1::MemberHello;
using internal::v1::ReplicaReport;

constexpr auto kProxy = MemberHello::ROLE_PROXY;
constexpr auto kPredict = MemberHello::ROLE_PREDICT;

ReplicaReport Loaded(int versions, bool draining = false) {
  ReplicaReport report;
  for (int i = 0; i < versions; ++i) {
    auto& loaded = *report.add_loaded();
    loaded.set_project("default");
    loaded.set_model("iris");
    loaded.set_version(i + 1);
  }
  report.set_draining(draining);
  return report;
}

class ClusterPublisherTest : public testing::Test {
 protected:
  using Member = std::unique_ptr<ClusterPublisher::Member>;

  void Publish(uint64_t revision) {
    auto state = std::make_shared<ClusterState>();
    state->set_revision(revision);
    publisher_.Publish(std::move(state));
  }
  Member Join(MemberRole role, const std::string& id) {
    MemberHello hello;
    hello.set_role(role);
    hello.set_id(id);
    return publisher_.Join(std::move(hello), [this] { ++changes_; });
  }
  // Counts up when the newest state is applied.
  void Wait(int& done) {
    publisher_.WhenApplied([&done] { ++done; });
  }
  uint64_t ProxyRevision() { return publisher_.state(kProxy)->revision(); }
  int Replicas() { return publisher_.state(kProxy)->replicas_size(); }
  // The value of serin_cluster_members.
  double MembersMetric(const std::string& role) {
    for (const auto& family : registry_.Collect()) {
      for (const auto& metric : family.metric) {
        if (family.name == "serin_cluster_members" && metric.label[0].value == role) {
          return metric.gauge.value;
        }
      }
    }
    return -1;
  }

  SimulatedClock clock_;
  prometheus::Registry registry_;
  ClusterMetrics metrics_{&registry_};
  int replica_changes_ = 0;
  ClusterPublisher publisher_{&clock_, {}, &metrics_, [this] { ++replica_changes_; }};
  int changes_ = 0;
};

TEST_F(ClusterPublisherTest, WithoutMembers_EverythingIsApplied) {
  Publish(1);
  int done = 0;
  Wait(done);
  EXPECT_EQ(done, 1);
}

TEST_F(ClusterPublisherTest, WaitsForEveryPredictor) {
  const auto first = Join(kPredict, "a");
  const auto second = Join(kPredict, "b");
  const int before = changes_;
  Publish(7);
  EXPECT_EQ(changes_, before + 2);
  int done = 0;
  Wait(done);
  first->Applied(7);
  second->Applied(6);
  EXPECT_EQ(done, 0);
  second->Applied(8);
  EXPECT_EQ(done, 1);
}

TEST_F(ClusterPublisherTest, ThenWaitsForEveryProxy_ToActOnWhatThePredictorsReported) {
  const auto predictor = Join(kPredict, "a");
  const auto proxy = Join(kProxy, "x");
  Publish(7);
  int done = 0;
  Wait(done);
  proxy->Applied(ProxyRevision());
  predictor->Report(Loaded(1));
  predictor->Applied(7);
  EXPECT_EQ(done, 0) << "the proxy does not know yet that the version is loaded";
  proxy->Applied(ProxyRevision());
  EXPECT_EQ(done, 1);
}

TEST_F(ClusterPublisherTest, WhenProxiesApplied_DoesNotWaitForPredictors) {
  const auto predictor = Join(kPredict, "a");
  const auto proxy = Join(kProxy, "x");
  Publish(7);
  int done = 0;
  publisher_.WhenProxiesApplied([&] { ++done; });
  EXPECT_EQ(done, 0);
  proxy->Applied(ProxyRevision());
  EXPECT_EQ(done, 1);
}

TEST_F(ClusterPublisherTest, AMemberThatLeaves_IsNotWaitedFor) {
  auto member = Join(kPredict, "a");
  Publish(1);
  int done = 0;
  Wait(done);
  EXPECT_EQ(done, 0);
  member.reset();
  EXPECT_EQ(done, 1);
  const int before = changes_;
  Publish(2);
  EXPECT_EQ(changes_, before) << "told after it has left";
}

TEST_F(ClusterPublisherTest, AMemberThatSaysNothing_IsWaitedForNoLongerThanTheTimeout) {
  const auto member = Join(kProxy, "x");
  Publish(1);
  int done = 0;
  Wait(done);
  clock_.Advance(PublisherOptions().apply_timeout - absl::Milliseconds(1));
  publisher_.Step();
  EXPECT_EQ(done, 0);
  clock_.Advance(absl::Milliseconds(1));
  publisher_.Step();
  EXPECT_EQ(done, 1);
}

TEST_F(ClusterPublisherTest, Proxies_AreToldOfPredictors_WhichAreNot) {
  Publish(3);
  const auto predictor = Join(kPredict, "a");
  const uint64_t joined = ProxyRevision();
  EXPECT_EQ(Replicas(), 0) << "it has not said yet what it has";
  predictor->Report(Loaded(2));
  EXPECT_GT(ProxyRevision(), joined);
  EXPECT_EQ(publisher_.state(kProxy)->replicas(0).loaded_size(), 2);
  EXPECT_EQ(publisher_.state(kPredict)->revision(), 3u) << "nothing has changed for predictors";
  EXPECT_EQ(publisher_.state(kPredict)->replicas_size(), 0);
  EXPECT_EQ(predictor->state(), publisher_.state(kPredict));
}

TEST_F(ClusterPublisherTest, TheKeysOfHashes_AreForPredictorsAlone) {
  auto state = std::make_shared<internal::v1::ClusterState>();
  state->set_revision(3);
  state->add_models()->set_log_hash_key("secret");
  publisher_.Publish(state);
  EXPECT_EQ(publisher_.state(kPredict)->models(0).log_hash_key(), "secret");
  EXPECT_EQ(publisher_.state(kProxy)->models_size(), 1);
  EXPECT_EQ(publisher_.state(kProxy)->models(0).log_hash_key(), "");
}

TEST_F(ClusterPublisherTest, LoadAlone_IsNoNews_ButIsToldWithTheNext) {
  const auto predictor = Join(kPredict, "a");
  predictor->Report(Loaded(0));
  Publish(1);
  const uint64_t revision = ProxyRevision();
  const int changes = changes_;
  predictor->ReportLoad(12);
  EXPECT_EQ(ProxyRevision(), revision);
  EXPECT_EQ(changes_, changes);
  Publish(2);
  EXPECT_EQ(publisher_.state(kProxy)->replicas(0).load(), 12);
}

TEST_F(ClusterPublisherTest, ReportsAndLeaves_WakeWhoWantsToKnow) {
  auto predictor = Join(kPredict, "a");
  int before = replica_changes_;
  predictor->Report(Loaded(1));
  EXPECT_GT(replica_changes_, before);
  before = replica_changes_;
  predictor.reset();
  EXPECT_GT(replica_changes_, before);
}

TEST_F(ClusterPublisherTest, ABrokenStream_IsToldToProxiesAfterTheGrace) {
  Publish(1);
  auto predictor = Join(kPredict, "a");
  predictor->Report(Loaded(1));
  predictor.reset();
  const uint64_t revision = ProxyRevision();
  publisher_.Step();
  EXPECT_EQ(ProxyRevision(), revision);
  EXPECT_EQ(Replicas(), 1);
  clock_.Advance(PublisherOptions().leave_grace);
  publisher_.Step();
  EXPECT_GT(ProxyRevision(), revision);
  EXPECT_EQ(Replicas(), 0);
}

TEST_F(ClusterPublisherTest, APredictorThatDrains_IsDismissedOnceTheProxiesKnow) {
  Publish(1);
  auto predictor = Join(kPredict, "a");
  const auto proxy = Join(kProxy, "x");
  proxy->Applied(ProxyRevision());
  EXPECT_FALSE(predictor->dismissed());
  predictor->Report(Loaded(1, /*draining=*/true));
  EXPECT_TRUE(publisher_.state(kProxy)->replicas(0).draining());
  EXPECT_FALSE(predictor->dismissed());
  const int changes = changes_;
  proxy->Applied(ProxyRevision());
  EXPECT_TRUE(predictor->dismissed());
  EXPECT_GT(changes_, changes) << "it has to be looked at for that to show";
  predictor.reset();
  EXPECT_EQ(Replicas(), 0) << "without any grace";
}

TEST_F(ClusterPublisherTest, ASecondJoin_DismissesTheFirst) {
  const auto first = Join(kProxy, "x");
  EXPECT_FALSE(first->dismissed());
  const int changes = changes_;
  const auto second = Join(kProxy, "x");
  EXPECT_TRUE(first->dismissed());
  EXPECT_FALSE(second->dismissed());
  EXPECT_GT(changes_, changes + 1) << "both are told";
}

TEST_F(ClusterPublisherTest, AfterAStart_TheStateIsSettling_UntilPredictorsCanHaveJoined) {
  Publish(1);
  EXPECT_TRUE(publisher_.state(kProxy)->settling());
  clock_.Advance(PublisherOptions().settle_time - absl::Milliseconds(1));
  publisher_.Step();
  Publish(2);
  EXPECT_TRUE(publisher_.state(kProxy)->settling());
  const uint64_t revision = ProxyRevision();
  const int changes = changes_;
  const auto proxy = Join(kProxy, "x");
  clock_.Advance(absl::Milliseconds(1));
  publisher_.Step();
  EXPECT_FALSE(publisher_.state(kProxy)->settling());
  EXPECT_GT(ProxyRevision(), revision);
  EXPECT_GT(changes_, changes);
}

TEST_F(ClusterPublisherTest, RevisionsOfProxies_GoOnAboveThoseOfAnEarlierControl) {
  Publish(1);
  for (int i = 0; i < 100; ++i) Join(kPredict, "a");
  const uint64_t last = ProxyRevision();
  clock_.Advance(absl::Seconds(1));
  ClusterPublisher next(&clock_, {}, &metrics_);
  next.Publish(std::make_shared<ClusterState>());
  EXPECT_GT(next.state(kProxy)->revision(), last);
}

TEST_F(ClusterPublisherTest, Members_AreCountedByRole) {
  const auto proxy = Join(kProxy, "x");
  auto predictor = Join(kPredict, "a");
  const auto other = Join(kPredict, "b");
  EXPECT_EQ(MembersMetric("proxy"), 1);
  EXPECT_EQ(MembersMetric("predict"), 2);
  predictor.reset();
  EXPECT_EQ(MembersMetric("predict"), 1) << "though proxies are not told yet";
}

TEST_F(ClusterPublisherTest, Drain_EndsWaitsOfNowAndLater_AndTellsMembers) {
  const auto member = Join(kProxy, "x");
  Publish(1);
  int done = 0;
  Wait(done);
  const int changes = changes_;
  publisher_.Drain();
  EXPECT_EQ(done, 1);
  EXPECT_EQ(changes_, changes + 1);
  EXPECT_TRUE(publisher_.draining());
  Wait(done);
  EXPECT_EQ(done, 2);
}

TEST_F(ClusterPublisherTest, ACallbackMayAskThePublisher) {
  Publish(3);
  uint64_t seen = 0;
  publisher_.WhenApplied([&] { seen = publisher_.state(kPredict)->revision(); });
  EXPECT_EQ(seen, 3u);
}

}  // namespace
}  // namespace serin
