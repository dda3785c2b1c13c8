#include "server/control/traffic_changes.h"

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/storage/memory_store.h"
#include "server/control/cluster_state.h"
#include "tests/testing/simulated_clock.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using internal::v1::MemberHello;
using internal::v1::ReplicaReport;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using Outcome = std::optional<absl::StatusOr<v1::Model>>;

TrafficSetting All(int32_t version) {
  TrafficSetting setting;
  v1::TrafficWeight& share = *setting.traffic.Add();
  share.set_version(version);
  share.set_weight(100);
  return setting;
}

// iris has versions 1, which takes the traffic, 2 and 3.
class TrafficChangesTest : public testing::Test {
 protected:
  TrafficChangesTest() {
    EXPECT_THAT(registry_.Recover(), IsOk());
    for (const char* bundle : {"one", "two", "three"}) {
      EXPECT_THAT(registry_.Register("default", "iris", bundle, v1::ModelVersion(), v1::Promotion(),
                                     [](const v1::ModelVersion&, WriteBatch&) {}),
                  IsOk());
    }
  }

  std::unique_ptr<ClusterPublisher::Member> Join(MemberRole role, const std::string& id) {
    MemberHello hello;
    hello.set_role(role);
    hello.set_id(id);
    return publisher_.Join(std::move(hello), [] {});
  }
  std::unique_ptr<ClusterPublisher::Member> Predictor(const std::string& id,
                                                      const std::set<int32_t>& loaded) {
    auto member = Join(MemberHello::ROLE_PREDICT, id);
    Report(*member, loaded);
    return member;
  }
  void Report(ClusterPublisher::Member& member, const std::set<int32_t>& loaded,
              const std::set<int32_t>& refused = {}) {
    ReplicaReport report;
    for (const int32_t version : loaded) Name(report.add_loaded(), version);
    for (const int32_t version : refused) {
      Name(report.add_failures(), version);
      report.mutable_failures()->rbegin()->set_reason("golden row 3 differs");
    }
    member.Report(std::move(report));
    changes_.Step();
  }
  void Begin(int32_t version, Outcome& outcome) {
    changes_.Begin("default", "iris", All(version), [&](absl::StatusOr<v1::Model> how) {
      EXPECT_FALSE(outcome.has_value()) << "called twice";
      outcome = std::move(how);
    });
  }
  // The version that proxies send everything to.
  int32_t Published() {
    const auto state = publisher_.state(MemberHello::ROLE_PROXY);
    return FindModel(*state, "default", "iris")->traffic(0).version();
  }
  // What predictors are to load as if it took traffic.
  std::vector<int32_t> Preloads() {
    const auto state = publisher_.state(MemberHello::ROLE_PREDICT);
    const auto& preload = FindModel(*state, "default", "iris")->preload();
    return {preload.begin(), preload.end()};
  }
  void Advance(absl::Duration duration) {
    clock_.Advance(duration);
    changes_.Step();
  }

  const TrafficChangeOptions options_;
  MemoryStore store_;
  SimulatedClock clock_;
  prometheus::Registry prometheus_;
  ClusterMetrics metrics_{&prometheus_};
  ClusterPublisher publisher_{&clock_, {}, &metrics_};
  ModelRegistry registry_{&store_, &clock_, [this](ClusterPublisher::State state) {
                            publisher_.Publish(std::move(state));
                          }};
  TrafficChanges changes_{&clock_, &registry_, &publisher_, options_};

 private:
  template <typename Message>
  static void Name(Message* message, int32_t version) {
    message->set_project("default");
    message->set_model("iris");
    message->set_version(version);
  }
};

TEST_F(TrafficChangesTest, WhatIsLoaded_TakesEffectAtOnce) {
  const auto predictor = Predictor("a", {1, 2});
  Outcome outcome;
  Begin(2, outcome);
  ASSERT_TRUE(outcome.has_value());
  ASSERT_THAT(*outcome, IsOk());
  EXPECT_EQ((*outcome)->traffic(0).version(), 2);
  EXPECT_EQ(Published(), 2);
}

TEST_F(TrafficChangesTest, WhatIsNotInMemory_IsLoadedFirst) {
  const auto predictor = Predictor("a", {1});
  Outcome outcome;
  Begin(2, outcome);
  EXPECT_FALSE(outcome.has_value());
  EXPECT_EQ(Published(), 1);
  EXPECT_THAT(Preloads(), ElementsAre(2));
  Report(*predictor, {1, 2});
  ASSERT_TRUE(outcome.has_value());
  EXPECT_THAT(*outcome, IsOk());
  EXPECT_EQ(Published(), 2);
  EXPECT_THAT(Preloads(), IsEmpty());
}

TEST_F(TrafficChangesTest, WhatFailed_IsNotLoadedAnyMore) {
  const auto predictor = Predictor("a", {1});
  Outcome outcome;
  Begin(2, outcome);
  EXPECT_THAT(Preloads(), ElementsAre(2));
  Report(*predictor, {1}, /*refused=*/{2});
  ASSERT_TRUE(outcome.has_value());
  EXPECT_THAT(Preloads(), IsEmpty());
}

TEST_F(TrafficChangesTest, WhatIsLoading_IsNeitherWrittenNorTold_UntilItIsLoaded) {
  const auto predictor = Predictor("a", {1});
  const int writes = store_.write_count();
  Outcome outcome;
  Begin(2, outcome);
  EXPECT_FALSE(outcome.has_value());
  EXPECT_EQ(Published(), 1);
  EXPECT_EQ(store_.write_count(), writes);
  Report(*predictor, {1, 2});
  ASSERT_TRUE(outcome.has_value());
  EXPECT_THAT(*outcome, IsOk());
  EXPECT_EQ(Published(), 2);
}

TEST_F(TrafficChangesTest, TheAnswer_ComesWhenTheProxiesActOnIt) {
  const auto predictor = Predictor("a", {1, 2});
  const auto proxy = Join(MemberHello::ROLE_PROXY, "x");
  Outcome outcome;
  Begin(2, outcome);
  EXPECT_EQ(Published(), 2);
  EXPECT_FALSE(outcome.has_value());
  proxy->Applied(publisher_.state(MemberHello::ROLE_PROXY)->revision());
  EXPECT_TRUE(outcome.has_value());
}

TEST_F(TrafficChangesTest, AShadow_HasToBeLoadedToo) {
  const auto predictor = Predictor("a", {1});
  TrafficSetting setting = All(1);
  v1::ShadowTraffic& shadow = *setting.shadows.Add();
  shadow.set_version(2);
  shadow.set_percent(10);
  Outcome outcome;
  changes_.Begin("default", "iris", setting, [&](auto how) { outcome = how; });
  EXPECT_FALSE(outcome.has_value());
  Report(*predictor, {1, 2});
  ASSERT_TRUE(outcome.has_value());
  EXPECT_THAT(*outcome, IsOk());
  const auto state = publisher_.state(MemberHello::ROLE_PROXY);
  EXPECT_EQ(FindModel(*state, "default", "iris")->shadows(0).version(), 2);
}

TEST_F(TrafficChangesTest, OneOfTwoPredictors_IsEnough_WhenTheOtherIsSlow) {
  const auto quick = Predictor("a", {1, 2});
  const auto slow = Predictor("b", {1});
  Outcome outcome;
  Begin(2, outcome);
  Advance(options_.patience - absl::Milliseconds(1));
  EXPECT_FALSE(outcome.has_value());
  EXPECT_EQ(Published(), 1);
  Advance(absl::Milliseconds(1));
  ASSERT_TRUE(outcome.has_value());
  EXPECT_THAT(*outcome, IsOk());
  EXPECT_EQ(Published(), 2);
}

TEST_F(TrafficChangesTest, WhatEveryPredictorRefuses_IsRefused_AndNothingHasChanged) {
  const auto predictor = Predictor("a", {1});
  Outcome outcome;
  Begin(2, outcome);
  Report(*predictor, {1}, /*refused=*/{2});
  ASSERT_TRUE(outcome.has_value());
  EXPECT_THAT(*outcome, IsError(absl::StatusCode::kFailedPrecondition,
                                "models/iris/versions/2 cannot take traffic: the predictors "
                                "refused to load it: golden row 3 differs"));
  EXPECT_EQ(ReasonOf(outcome->status()), "VERSION_REFUSED");
  EXPECT_EQ(Published(), 1);
  Report(*predictor, {1, 2});
  EXPECT_EQ(Published(), 1) << "a change that has failed must not happen later";
}

TEST_F(TrafficChangesTest, WhatNobodyCanAnswerInTime_Fails_AndNothingHasChanged) {
  Outcome outcome;
  Begin(2, outcome);
  Advance(options_.timeout - absl::Milliseconds(1));
  EXPECT_FALSE(outcome.has_value());
  Advance(absl::Milliseconds(1));
  ASSERT_TRUE(outcome.has_value());
  EXPECT_THAT(*outcome,
              IsError(absl::StatusCode::kUnavailable, HasSubstr("no predictor is connected")));
  EXPECT_EQ(ReasonOf(outcome->status()), "TRAFFIC_NOT_READY");
  const auto predictor = Predictor("a", {1, 2});
  EXPECT_EQ(Published(), 1);
}

TEST_F(TrafficChangesTest, ALaterChangeOfTheModel_TakesThePlaceOfOneThatWaits) {
  const auto predictor = Predictor("a", {1, 2});
  Outcome first, second;
  Begin(3, first);
  EXPECT_FALSE(first.has_value());
  Begin(2, second);
  ASSERT_TRUE(first.has_value());
  EXPECT_THAT(*first, IsError(absl::StatusCode::kAborted, HasSubstr("models/iris")));
  EXPECT_EQ(ReasonOf(first->status()), "TRAFFIC_REPLACED");
  ASSERT_TRUE(second.has_value());
  EXPECT_THAT(*second, IsOk());
  Report(*predictor, {1, 2, 3});
  EXPECT_EQ(Published(), 2);
}

TEST_F(TrafficChangesTest, WhatIsWrong_IsRefusedAtOnce_AndReplacesNothing) {
  Outcome waiting, wrong, unknown;
  Begin(2, waiting);
  changes_.Begin("default", "iris", TrafficSetting(), [&](auto how) { wrong = how; });
  ASSERT_TRUE(wrong.has_value());
  EXPECT_THAT(*wrong, IsError(absl::StatusCode::kInvalidArgument, HasSubstr("traffic")));
  Begin(9, unknown);
  ASSERT_TRUE(unknown.has_value());
  EXPECT_THAT(*unknown, IsError(absl::StatusCode::kNotFound, HasSubstr("versions/9")));
  EXPECT_FALSE(waiting.has_value());
}

TEST_F(TrafficChangesTest, AVersionDeletedMeanwhile_IsNotFound) {
  Outcome outcome;
  Begin(2, outcome);
  ASSERT_THAT(registry_.DeleteVersion("default", "iris", 2), IsOk());
  changes_.Step();
  ASSERT_TRUE(outcome.has_value());
  EXPECT_THAT(*outcome, IsError(absl::StatusCode::kNotFound, HasSubstr("versions/2")));
}

TEST_F(TrafficChangesTest, WhatCannotBeWritten_IsNotTold) {
  const auto predictor = Predictor("a", {1, 2});
  store_.FailWriteAfter(0, MemoryStore::FailedWrite::kLost);
  Outcome outcome;
  Begin(2, outcome);
  ASSERT_TRUE(outcome.has_value());
  EXPECT_THAT(*outcome, IsError(absl::StatusCode::kUnavailable, testing::_));
  EXPECT_EQ(Published(), 1);
}

TEST_F(TrafficChangesTest, Drain_GivesUpThoseThatWait_AndThoseThatCome) {
  Outcome waiting, late;
  Begin(2, waiting);
  changes_.Drain();
  ASSERT_TRUE(waiting.has_value());
  EXPECT_THAT(*waiting, IsError(absl::StatusCode::kUnavailable, HasSubstr("stopping")));
  Begin(2, late);
  ASSERT_TRUE(late.has_value());
  EXPECT_THAT(*late, IsError(absl::StatusCode::kUnavailable, HasSubstr("stopping")));
}

}  // namespace
}  // namespace serin
