// What a predictor has in memory when there is not room for all, and what comes back when it is
// called.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "server/predict/model_host.h"
#include "server/rpc/task_thread.h"
#include "tests/testing/simulated_clock.h"
#include "tests/testing/status_matchers.h"
#include "tests/unit/server/predict/gated_bundles.h"

namespace serin {
namespace {

using internal::v1::ClusterState;
using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Le;

using Found = absl::StatusOr<std::shared_ptr<const LoadedModel>>;

// One who waits, and can be waited for.
class Waiter final : public ModelWaiter {
 public:
  void OnModel(Found model) override {
    found_ = std::move(model);
    told_.Notify();
  }
  bool told() const { return told_.HasBeenNotified(); }
  const Found& Await() {
    told_.WaitForNotification();
    return found_;
  }

 private:
  Found found_ = absl::UnknownError("not told");
  absl::Notification told_;
};

// Every version takes the same memory.
size_t MemoryOfOne() {
  static const size_t bytes = [] {
    GatedBundles bundles;
    prometheus::Registry registry;
    PredictMetrics metrics(&registry);
    ModelHost host(bundles.source(), &metrics);
    ClusterState state;
    auto* model = state.add_models();
    model->set_project("default");
    model->set_model("flower");
    auto* version = model->add_versions();
    version->set_version(1);
    version->set_bundle_sha256(bundles.Store(TinyRegressor(1)));
    host.Apply(state);
    return (*host.Find("default", "flower", 1))->memory_bytes;
  }();
  return bytes;
}

class ModelHostMemoryTest : public testing::Test {
 protected:
  // A host with room for so many versions of the model `flower`.
  void Start(size_t room, ModelHostOptions options = {}) {
    options.memory_bytes = room * MemoryOfOne() + MemoryOfOne() / 2;
    host_ = std::make_unique<ModelHost>(bundles_.source(), &metrics_, &clock_, options);
    auto* model = state_.add_models();
    model->set_project("default");
    model->set_model("flower");
  }
  void AddVersions(int count) {
    for (int i = 0; i < count; ++i) {
      auto* version = flower()->add_versions();
      version->set_version(flower()->versions_size());
      version->set_bundle_sha256(bundles_.Store(TinyRegressor(version->version())));
      version->set_bundle_bytes(static_cast<int64_t>(MemoryOfOne()));
    }
  }
  internal::v1::ModelState* flower() { return state_.mutable_models(0); }
  std::string Sha(int version) { return flower()->versions(version - 1).bundle_sha256(); }
  void SetTraffic(int version) {
    flower()->clear_traffic();
    flower()->add_traffic()->set_version(version);
    flower()->mutable_traffic(0)->set_weight(100);
  }
  void SetAlias(const std::string& alias, int version) {
    (*flower()->mutable_aliases())[alias] = version;
  }

  // As a call does, some time after the one before it.
  Found Call(int version) {
    clock_.Advance(absl::Milliseconds(2));
    Found found = host_->Find("default", "flower", version);
    if (!absl::IsUnavailable(found.status())) return found;
    Waiter waiter;
    auto known = host_->Await("default", "flower", version, &waiter);
    return known ? *std::move(known) : waiter.Await();
  }
  std::optional<Found> Await(int version, Waiter* waiter) {
    return host_->Await("default", "flower", version, waiter);
  }

  // The states of all versions: R(eady), U(nloaded), L(oading), X: refused.
  std::string States() {
    std::string states;
    const internal::v1::ReplicaReport report = host_->Report();
    for (const auto& reported : report.versions()) {
      states += "?LRUX"[reported.version().state()];
    }
    return states;
  }
  std::string Reason(int version) {
    return host_->Report().versions(version - 1).version().reason();
  }
  double Metric(const std::string& name, const std::string& outcome = "") {
    for (const auto& family : registry_.Collect()) {
      if (family.name != name) continue;
      for (const auto& metric : family.metric) {
        if (outcome.empty() || metric.label.at(0).value == outcome) {
          return metric.gauge.value + metric.counter.value;
        }
      }
    }
    return -1;
  }

  GatedBundles bundles_;
  SimulatedClock clock_;
  prometheus::Registry registry_;
  PredictMetrics metrics_{&registry_};
  std::unique_ptr<ModelHost> host_;
  ClusterState state_;
};

TEST_F(ModelHostMemoryTest, VersionsThatThereIsNoRoomFor_AreSetAside_WithoutBeingFetched) {
  Start(2);
  AddVersions(3);
  EXPECT_TRUE(host_->Apply(state_));
  EXPECT_TRUE(host_->ready());
  EXPECT_EQ(States(), "RRU");
  EXPECT_EQ(bundles_.fetches(Sha(3)), 0);
  const internal::v1::ReplicaReport report = host_->Report();
  ASSERT_EQ(report.on_demand_size(), 1) << "it can be called";
  EXPECT_EQ(report.on_demand(0).project(), "default");
  EXPECT_EQ(report.on_demand(0).model(), "flower");
  EXPECT_EQ(report.on_demand(0).version(), 3);
  EXPECT_THAT(report.failures(), IsEmpty());
  EXPECT_THAT(host_->Find("default", "flower", 3),
              IsError(absl::StatusCode::kUnavailable, "models/flower/versions/3 is not in memory"));
}

TEST_F(ModelHostMemoryTest, VersionThatTakesMoreThanItsBundle_IsSetAsideOnceThatIsKnown) {
  Start(1);
  AddVersions(2);
  for (auto& version : *flower()->mutable_versions()) version.set_bundle_bytes(1);
  EXPECT_TRUE(host_->Apply(state_));
  EXPECT_EQ(States(), "RU");
  EXPECT_TRUE(host_->Apply(state_));
  EXPECT_EQ(bundles_.fetches(Sha(2)), 1) << "it is known now";
}

TEST_F(ModelHostMemoryTest, Call_BringsAVersion_InPlaceOfTheOneNotUsedForLongest) {
  Start(3);
  AddVersions(4);
  host_->Apply(state_);
  for (const int version : {1, 3, 2, 1}) EXPECT_THAT(Call(version), IsOk());
  SERIN_ASSERT_OK_AND_ASSIGN(const auto model, Call(4));
  EXPECT_EQ(model->name, "models/flower/versions/4");
  EXPECT_EQ(States(), "RRUR");
  EXPECT_THAT(Call(3), IsOk());
  EXPECT_EQ(States(), "RURR");
  EXPECT_EQ(Metric("serin_models_loaded"), 3);
  EXPECT_EQ(Metric("serin_models_memory_bytes"), static_cast<double>(3 * MemoryOfOne()));
  EXPECT_EQ(Metric("serin_model_unloads_total"), 2);
  EXPECT_EQ(Metric("serin_model_loads_total", "loaded"), 5);
  EXPECT_EQ(Metric("serin_model_waits_total", "loaded"), 2);
  EXPECT_EQ(Metric("serin_model_waiting_calls"), 0);
}

TEST_F(ModelHostMemoryTest, ReportsAndStatistics_AreNoUse) {
  Start(2);
  AddVersions(3);
  host_->Apply(state_);
  EXPECT_THAT(Call(1), IsOk());
  EXPECT_THAT(Call(2), IsOk());
  clock_.Advance(absl::Seconds(1));
  EXPECT_NE(host_->Versions()->Find("default", "flower", 1), nullptr);
  host_->Report();
  EXPECT_THAT(Call(3), IsOk());
  EXPECT_EQ(States(), "URR");
}

TEST_F(ModelHostMemoryTest, UnloadedVersion_FinishesTheCallsThatHoldIt) {
  Start(1);
  AddVersions(2);
  host_->Apply(state_);
  SERIN_ASSERT_OK_AND_ASSIGN(const auto held, Call(1));
  EXPECT_THAT(Call(2), IsOk());
  EXPECT_EQ(States(), "UR");
  EXPECT_EQ(held->predictor->output_count(), 1u);
}

TEST_F(ModelHostMemoryTest, VersionsWithTrafficAnAliasOrCopies_StayWhileOthersCanGo) {
  Start(4);
  AddVersions(6);
  SetTraffic(1);
  SetAlias("champion", 2);
  flower()->add_shadows()->set_version(3);
  host_->Apply(state_);
  EXPECT_EQ(States(), "RRRRUU");
  for (const int version : {4, 5, 6, 5, 4}) EXPECT_THAT(Call(version), IsOk());
  EXPECT_EQ(States(), "RRRRUU");
}

TEST_F(ModelHostMemoryTest, NewTraffic_TakesThePlaceOfIdleVersions_AndThenOfAliases) {
  Start(2);
  AddVersions(4);
  SetAlias("champion", 2);
  host_->Apply(state_);
  EXPECT_EQ(States(), "RRUU");
  SetTraffic(3);
  EXPECT_TRUE(host_->Apply(state_));
  EXPECT_EQ(States(), "URRU");
  flower()->add_preload(4);
  EXPECT_TRUE(host_->Apply(state_));
  EXPECT_EQ(States(), "UURR") << "a version that is about to take traffic is needed as much";
  EXPECT_TRUE(host_->Apply(state_));
  EXPECT_EQ(States(), "UURR");
}

TEST_F(ModelHostMemoryTest, VersionThatFitsNowhere_IsRefused_NamingBytesBudgetAndFlag) {
  Start(1);
  AddVersions(2);
  SetTraffic(1);
  host_->Apply(state_);
  const std::string expected =
      absl::StrCat("it takes ", MemoryOfOne(), " bytes in memory, where models may take ",
                   MemoryOfOne() + MemoryOfOne() / 2, " bytes (--predict_memory_bytes), of which ",
                   MemoryOfOne(), " bytes are taken by versions that are needed more");
  EXPECT_THAT(Call(2), IsError(absl::StatusCode::kFailedPrecondition,
                               "models/flower/versions/2 cannot be served: " + expected));
  EXPECT_EQ(States(), "RX");
  EXPECT_EQ(Reason(2), expected);
  ASSERT_EQ(host_->Report().failures_size(), 1);
  EXPECT_FALSE(host_->Report().failures(0).will_retry());
  EXPECT_THAT(host_->Find("default", "flower", 2),
              IsError(absl::StatusCode::kFailedPrecondition, HasSubstr("--predict_memory_bytes")));
}

TEST_F(ModelHostMemoryTest, VersionRefusedForWantOfMemory_ComesBack_WhenThereIsRoom) {
  Start(1);
  AddVersions(2);
  SetTraffic(1);
  host_->Apply(state_);
  EXPECT_THAT(Call(2), IsError(absl::StatusCode::kFailedPrecondition, HasSubstr("bytes")));
  EXPECT_TRUE(host_->Apply(state_));
  EXPECT_EQ(States(), "RX") << "nothing has changed";
  flower()->clear_traffic();
  EXPECT_TRUE(host_->Apply(state_));
  EXPECT_EQ(States(), "RU");
  EXPECT_THAT(Call(2), IsOk());
  EXPECT_EQ(States(), "UR");
}

TEST_F(ModelHostMemoryTest, TrafficBeyondTheBudget_IsRefused_AndWhatIsThereStays) {
  Start(1);
  AddVersions(2);
  SetTraffic(1);
  host_->Apply(state_);
  flower()->add_preload(2);
  EXPECT_TRUE(host_->Apply(state_));
  EXPECT_EQ(States(), "RX");
  EXPECT_THAT(Reason(2), HasSubstr("--predict_memory_bytes"));
  EXPECT_THAT(Call(1), IsOk());
}

TEST_F(ModelHostMemoryTest, CallsForOneVersion_LoadItOnce) {
  TaskThread loader;
  Start(1, {.run = [&](auto load) { loader.Post(std::move(load)); }});
  AddVersions(2);
  host_->Apply(state_);
  bundles_.Hold(Sha(2));
  std::vector<Waiter> waiters(10);
  for (Waiter& waiter : waiters) EXPECT_EQ(Await(2, &waiter), std::nullopt);
  EXPECT_EQ(States(), "RL") << "1 stays until 2 is there";
  EXPECT_EQ(host_->Report().on_demand_size(), 1) << "more calls may come";
  EXPECT_EQ(Metric("serin_model_waiting_calls"), 10);
  bundles_.Release(Sha(2));
  for (Waiter& waiter : waiters) EXPECT_THAT(waiter.Await(), IsOk());
  EXPECT_EQ(bundles_.fetches(Sha(2)), 1);
  EXPECT_EQ(States(), "UR");
}

TEST_F(ModelHostMemoryTest, LoadThatTakesLong_HoldsUpNoOther) {
  TaskThread loaders(2);
  Start(2, {.run = [&](auto load) { loaders.Post(std::move(load)); }});
  AddVersions(4);
  host_->Apply(state_);
  bundles_.Hold(Sha(3));
  Waiter slow;
  EXPECT_EQ(Await(3, &slow), std::nullopt);
  bundles_.AwaitFetches(Sha(3), 1);
  EXPECT_THAT(Call(4), IsOk());
  EXPECT_THAT(Call(4), IsOk());
  AddVersions(1);
  SetTraffic(5);
  EXPECT_FALSE(host_->Apply(state_)) << "3 is still being loaded";
  EXPECT_THAT(Call(5), IsOk());
  EXPECT_FALSE(slow.told());
  bundles_.Release(Sha(3));
  EXPECT_THAT(slow.Await(), IsOk());
}

TEST_F(ModelHostMemoryTest, BundleThatCannotBeFetched_IsToldToWhoeverWaits_AndTriedAgainByTheNext) {
  Start(1);
  AddVersions(2);
  host_->Apply(state_);
  bundles_.FailWith(absl::UnavailableError("connection refused"));
  EXPECT_THAT(Call(2), IsError(absl::StatusCode::kUnavailable,
                               "models/flower/versions/2 is not in memory: connection refused"));
  EXPECT_EQ(States(), "RU") << "nothing left for what did not come";
  EXPECT_EQ(Reason(2), "connection refused");
  EXPECT_EQ(host_->Report().on_demand_size(), 1);
  EXPECT_EQ(Metric("serin_model_loads_total", "not_fetched"), 1);
  EXPECT_EQ(Metric("serin_model_waits_total", "failed"), 1);
  bundles_.FailWith(absl::OkStatus());
  EXPECT_THAT(Call(2), IsOk());
  EXPECT_EQ(Reason(2), "");
}

TEST_F(ModelHostMemoryTest, BundleWithAFlippedBit_IsRefused_AndWhoeverWaitsIsToldWhy) {
  Start(1);
  AddVersions(2);
  host_->Apply(state_);
  bundles_.Corrupt(Sha(2));
  EXPECT_THAT(Call(2), IsError(absl::StatusCode::kFailedPrecondition,
                               AllOf(HasSubstr("cannot be served"), HasSubstr("SHA-256"))));
  EXPECT_EQ(States(), "RX");
  EXPECT_THAT(Reason(2), HasSubstr(Sha(2)));
  EXPECT_EQ(Metric("serin_model_loads_total", "refused"), 1);
}

TEST_F(ModelHostMemoryTest, BundleWithAnotherAnswerThanItsGoldenRow_IsRefusedWhenItIsCalled) {
  Start(1);
  AddVersions(1);
  internal::v1::Bundle wrong = TinyRegressor(2);
  const double off_by_a_bit = std::nextafter(wrong.golden_rows().outputs(0), 1e9);
  wrong.mutable_golden_rows()->set_outputs(0, off_by_a_bit);
  auto* version = flower()->add_versions();
  version->set_version(2);
  version->set_bundle_sha256(bundles_.Store(wrong));
  version->set_bundle_bytes(static_cast<int64_t>(MemoryOfOne()));
  host_->Apply(state_);
  EXPECT_EQ(States(), "RU");
  EXPECT_THAT(Call(2), IsError(absl::StatusCode::kFailedPrecondition, HasSubstr("golden row 0")));
  EXPECT_EQ(States(), "RX");
}

TEST_F(ModelHostMemoryTest, VersionThatIsDeletedWhileItLoads_IsNotFound) {
  TaskThread loader;
  Start(1, {.run = [&](auto load) { loader.Post(std::move(load)); }});
  AddVersions(2);
  host_->Apply(state_);
  const std::string sha = Sha(2);
  bundles_.Hold(sha);
  Waiter waiter;
  EXPECT_EQ(Await(2, &waiter), std::nullopt);
  bundles_.AwaitFetches(sha, 1);
  flower()->mutable_versions()->RemoveLast();
  EXPECT_TRUE(host_->Apply(state_));
  EXPECT_THAT(waiter.Await(),
              IsError(absl::StatusCode::kNotFound, "models/flower/versions/2 does not exist"));
  bundles_.Release(sha);
  EXPECT_EQ(States(), "R");
}

TEST_F(ModelHostMemoryTest, WhoeverLeaves_IsNotTold_AndWhatNobodyWaitsForIsNotLoaded) {
  std::vector<std::function<void()>> loads;
  Start(1, {.run = [&](auto load) { loads.push_back(std::move(load)); }});
  AddVersions(2);
  host_->Apply(state_);
  Waiter waiter;
  EXPECT_EQ(Await(2, &waiter), std::nullopt);
  EXPECT_EQ(States(), "RL");
  EXPECT_TRUE(host_->Leave(&waiter));
  EXPECT_FALSE(host_->Leave(&waiter)) << "it has left";
  ASSERT_EQ(loads.size(), 1u);
  loads[0]();
  EXPECT_FALSE(waiter.told());
  EXPECT_EQ(bundles_.fetches(Sha(2)), 0);
  EXPECT_EQ(States(), "RU");
  EXPECT_EQ(Metric("serin_model_waits_total", "cancelled"), 1);
}

TEST_F(ModelHostMemoryTest, MoreThanMayWait_AreToldToComeAgain) {
  std::vector<std::function<void()>> loads;
  Start(1, {.max_waiting_calls = 2, .run = [&](auto load) { loads.push_back(std::move(load)); }});
  AddVersions(3);
  host_->Apply(state_);
  Waiter first;
  Waiter second;
  Waiter third;
  EXPECT_EQ(Await(2, &first), std::nullopt);
  EXPECT_EQ(Await(3, &second), std::nullopt);
  const auto refused = Await(2, &third);
  ASSERT_TRUE(refused.has_value());
  EXPECT_THAT(*refused, IsError(absl::StatusCode::kResourceExhausted, HasSubstr("2 calls wait")));
  for (const auto& load : loads) load();
  EXPECT_THAT(first.Await(), IsOk());
  EXPECT_THAT(second.Await(), IsOk());
  EXPECT_EQ(Metric("serin_model_waits_total", "refused"), 1);
}

TEST_F(ModelHostMemoryTest, VersionThatApplyHasNotComeToYet_IsLoadedForItsCalls) {
  Start(2);
  AddVersions(2);
  EXPECT_FALSE(host_->Apply(state_, {.superseded = [] { return true; }}));
  EXPECT_EQ(States(), "LL");
  EXPECT_THAT(Call(2), IsOk());
  EXPECT_EQ(States(), "LR");
  EXPECT_TRUE(host_->Apply(state_));
  EXPECT_EQ(bundles_.fetches(Sha(2)), 1);
}

TEST_F(ModelHostMemoryTest, LoadsForCalls_AreToldAsChangesOfTheReport) {
  Start(1);
  AddVersions(2);
  std::vector<std::string> states;
  host_->Apply(state_, {.changed = [&] { states.push_back(States()); }});
  states.clear();
  EXPECT_THAT(Call(2), IsOk());
  EXPECT_THAT(states, ElementsAre("UR"));
}

// Six versions, room for two, four threads: each call is answered by its own version, and no
// moment sees more in memory than there is room for.
TEST_F(ModelHostMemoryTest, ConcurrentCallsUnderPressure_AreAllAnswered) {
  constexpr int kVersions = 6;
  constexpr int kThreads = 4;
  constexpr int kCalls = 200;
  TaskThread loaders(2);
  Start(2, {.run = [&](auto load) { loaders.Post(std::move(load)); }});
  AddVersions(kVersions);
  host_->Apply(state_);
  std::atomic<int> answered = 0;
  std::vector<size_t> most(kThreads);
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < kCalls; ++i) {
        const int version = 1 + (i * (thread + 1)) % kVersions;
        const Found found = Call(version);
        EXPECT_THAT(found, IsOk());
        answered += found.ok() && (*found)->version == version;
        size_t bytes = 0;
        const auto versions = host_->Versions();
        for (const auto& hosted : versions->versions()) {
          if (hosted->loaded != nullptr) bytes += hosted->loaded->memory_bytes;
        }
        most[thread] = std::max(most[thread], bytes);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(answered, kThreads * kCalls);
  EXPECT_THAT(most, Each(Le(2 * MemoryOfOne() + MemoryOfOne() / 2)));
}

}  // namespace
}  // namespace serin
