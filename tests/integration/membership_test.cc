// One control, two predictors and one proxy as processes: what control tells proxies when
// predictors load, stop, die or hang, and when control itself dies. A proxy of the test's own
// listens in.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "server/cluster/channel.h"
#include "server/cluster/member.h"
#include "tests/integration/test_client.h"
#include "tests/testing/server_process.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using internal::v1::ClusterState;
using internal::v1::MemberHello;
using internal::v1::Replica;

constexpr absl::Duration kPatience = absl::Seconds(30);
constexpr char kAnyPort[] = "127.0.0.1:0";

bool HasLoaded(const Replica& replica, int32_t version) {
  for (const auto& loaded : replica.loaded()) {
    if (loaded.model() == "iris" && loaded.version() == version) return true;
  }
  return false;
}

// How many replicas take new calls for a version.
int CountLoaded(const ClusterState& state, int32_t version) {
  int count = 0;
  for (const Replica& replica : state.replicas()) {
    count += !replica.draining() && HasLoaded(replica, version);
  }
  return count;
}

std::set<std::string> Addresses(const ClusterState& state) {
  std::set<std::string> addresses;
  for (const Replica& replica : state.replicas()) addresses.insert(replica.address());
  return addresses;
}

int32_t TrafficOf(const ClusterState& state) {
  return state.models_size() == 0 ? 0 : state.models(0).traffic(0).version();
}

// A member that acts on every state at once, and remembers them all.
class Listener {
 public:
  explicit Listener(const std::string& control)
      : member_(ConnectToRole(control), Hello(), [this](const ClusterState& state) {
          absl::MutexLock lock(&mutex_);
          states_.push_back(state);
          internal::v1::AppliedState applied;
          applied.set_revision(state.revision());
          return applied;
        }) {}

  // The newest state, once this is true of it.
  ClusterState Await(const std::function<bool(const ClusterState&)>& is_true) {
    const auto there = [&] { return !states_.empty() && is_true(states_.back()); };
    absl::MutexLock lock(&mutex_);
    EXPECT_TRUE(mutex_.AwaitWithTimeout(absl::Condition(&there), kPatience))
        << (states_.empty() ? "no state has come" : states_.back().ShortDebugString());
    return states_.empty() ? ClusterState() : states_.back();
  }
  // All states so far, or since the last call.
  std::vector<ClusterState> Take() {
    absl::MutexLock lock(&mutex_);
    return std::exchange(states_, {});
  }

 private:
  static MemberHello Hello() {
    MemberHello hello;
    hello.set_role(MemberHello::ROLE_PROXY);
    hello.set_id("listener");
    return hello;
  }

  absl::Mutex mutex_;
  std::vector<ClusterState> states_;
  ClusterMember member_;
};

class MembershipTest : public testing::Test {
 protected:
  void SetUp() override {
    SERIN_ASSERT_OK_AND_ASSIGN(
        dataset_,
        Start({"--roles=dataset", absl::StrCat("--data_dir=", directory_.path(), "/dataset"),
               absl::StrCat("--internal_listen=", kAnyPort)}));
    StartControl(kAnyPort);
    listener_ = std::make_unique<Listener>(control_->address("internal"));
    for (auto* predictor : {&first_, &second_}) {
      SERIN_ASSERT_OK_AND_ASSIGN(*predictor, Start({"--roles=predict", ToControl(), ToDataset(),
                                                    absl::StrCat("--internal_listen=", kAnyPort)}));
    }
    SERIN_ASSERT_OK_AND_ASSIGN(proxy_, Start({"--roles=proxy", ToControl(), ToDataset()}));
    client_ = std::make_unique<TestClient>(proxy_->address("public"));
    ASSERT_THAT(client_->Upload("iris", TestFile("iris.csv")), IsOk());
    Train();
    listener_->Await([](const ClusterState& state) { return CountLoaded(state, 1) == 2; });
  }

  static absl::StatusOr<std::unique_ptr<ServerProcess>> Start(std::vector<std::string> flags) {
    return ServerProcess::Start(flags);
  }
  void StartControl(const std::string& listen) {
    SERIN_ASSERT_OK_AND_ASSIGN(
        control_,
        Start({"--roles=control", absl::StrCat("--data_dir=", directory_.path(), "/control"),
               absl::StrCat("--internal_listen=", listen), ToDataset()}));
  }
  std::string ToControl() const {
    return absl::StrCat("--control=", control_->address("internal"));
  }
  std::string ToDataset() const {
    return absl::StrCat("--dataset=", dataset_->address("internal"));
  }
  void Train() {
    SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job job,
                               client_->Train(TrainIris("iris", "logistic_regression")));
    ASSERT_THAT(ModelVersionOf(client_->AwaitJob(job.name())), IsOk());
  }
  // No state since the last look told proxies to send traffic where nobody can answer it.
  void ExpectTrafficWasAlwaysLoaded() {
    for (const ClusterState& state : listener_->Take()) {
      EXPECT_GT(CountLoaded(state, TrafficOf(state)), 0) << state.ShortDebugString();
    }
  }

  const TempDir directory_;
  std::unique_ptr<ServerProcess> dataset_;
  std::unique_ptr<ServerProcess> control_;
  std::unique_ptr<Listener> listener_;
  std::unique_ptr<ServerProcess> first_;
  std::unique_ptr<ServerProcess> second_;
  std::unique_ptr<ServerProcess> proxy_;
  std::unique_ptr<TestClient> client_;
};

TEST_F(MembershipTest, Predictors_AreToldOfWithAddressAndVersions) {
  const ClusterState state =
      listener_->Await([](const ClusterState& state) { return CountLoaded(state, 1) == 2; });
  EXPECT_EQ(Addresses(state),
            (std::set<std::string>{first_->address("internal"), second_->address("internal")}));
}

TEST_F(MembershipTest, APredictorThatStops_DrainsFirst_AndIsGoneAtOnce) {
  listener_->Take();
  EXPECT_EQ(second_->Stop(), 0);
  listener_->Await([](const ClusterState& state) { return state.replicas_size() == 1; });
  const std::vector<ClusterState> states = listener_->Take();
  ASSERT_GE(states.size(), 2u);
  const ClusterState& before_it_was_gone = states[states.size() - 2];
  EXPECT_EQ(before_it_was_gone.replicas_size(), 2);
  EXPECT_EQ(CountLoaded(before_it_was_gone, 1), 1) << "it took calls until it was gone";
  EXPECT_THAT(client_->Predict(PredictSetosa("iris")), IsOk());
}

TEST_F(MembershipTest, APredictorThatIsKilled_IsGoneAfterTheGrace_AndItsSuccessorTakesPart) {
  second_->Kill();
  listener_->Await([](const ClusterState& state) { return state.replicas_size() == 1; });
  EXPECT_THAT(client_->Predict(PredictSetosa("iris")), IsOk());
  SERIN_ASSERT_OK_AND_ASSIGN(second_, Start({"--roles=predict", ToControl(), ToDataset(),
                                             absl::StrCat("--internal_listen=", kAnyPort)}));
  const ClusterState state =
      listener_->Await([](const ClusterState& state) { return CountLoaded(state, 1) == 2; });
  EXPECT_EQ(Addresses(state),
            (std::set<std::string>{first_->address("internal"), second_->address("internal")}));
}

TEST_F(MembershipTest, ControlKilledAndRestarted_ProxiesKeepEveryPredictor) {
  const ClusterState before =
      listener_->Await([](const ClusterState& state) { return CountLoaded(state, 1) == 2; });
  listener_->Take();
  const std::string address = control_->address("internal");
  control_->Kill();
  EXPECT_THAT(client_->Predict(PredictSetosa("iris")), IsOk());
  StartControl(address);
  listener_->Await([](const ClusterState& state) { return !state.settling(); });
  const std::vector<ClusterState> states = listener_->Take();
  for (const ClusterState& state : states) {
    EXPECT_EQ(CountLoaded(state, 1), 2) << state.ShortDebugString();
    EXPECT_GT(state.revision(), before.revision());
  }
  EXPECT_EQ(Addresses(states.back()), Addresses(before));
  EXPECT_EQ(states.back().replicas(0).id(), before.replicas(0).id()) << "it is the same process";
}

TEST_F(MembershipTest, APredictorStartedWhileControlIsAway_TakesPartWhenItComes) {
  const std::string address = control_->address("internal");
  control_->Kill();
  SERIN_ASSERT_OK_AND_ASSIGN(
      const auto third,
      ServerProcess::Launch({"--roles=predict", absl::StrCat("--control=", address), ToDataset(),
                             absl::StrCat("--internal_listen=", kAnyPort)}));
  StartControl(address);
  ASSERT_THAT(third->AwaitReady(), IsOk());
  const ClusterState state =
      listener_->Await([](const ClusterState& state) { return CountLoaded(state, 1) == 3; });
  EXPECT_TRUE(Addresses(state).contains(third->address("internal")));
}

TEST_F(MembershipTest, SetTraffic_WaitsForAPredictorThatIsStillLoading) {
  // Both hang, so that neither loads the new version.
  kill(first_->pid(), SIGSTOP);
  kill(second_->pid(), SIGSTOP);
  Train();
  listener_->Take();
  absl::StatusOr<v1::Model> outcome;
  std::thread caller([&] { outcome = client_->SetTraffic("iris", {{2, 100}}); });
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Model meanwhile, client_->GetModel("iris"));
  EXPECT_EQ(meanwhile.traffic(0).version(), 1);
  kill(first_->pid(), SIGCONT);
  kill(second_->pid(), SIGCONT);
  caller.join();
  ASSERT_THAT(outcome, IsOk());
  EXPECT_EQ(outcome->traffic(0).version(), 2);
  listener_->Await([](const ClusterState& state) { return TrafficOf(state) == 2; });
  ExpectTrafficWasAlwaysLoaded();
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::PredictResponse answer,
                             client_->Predict(PredictSetosa("iris")));
  EXPECT_EQ(answer.model_version(), "models/iris/versions/2");
}

TEST_F(MembershipTest, SetTraffic_IsNotHeldUpForLong_ByOnePredictorThatHangs) {
  kill(second_->pid(), SIGSTOP);
  Train();
  listener_->Take();
  ASSERT_THAT(client_->SetTraffic("iris", {{2, 100}}), IsOk());
  listener_->Await([](const ClusterState& state) { return TrafficOf(state) == 2; });
  ExpectTrafficWasAlwaysLoaded();
  kill(second_->pid(), SIGCONT);
  listener_->Await([](const ClusterState& state) { return CountLoaded(state, 2) == 2; });
}

TEST_F(MembershipTest, ControlKilledWhileTrafficWaits_TheTrafficOfBeforeHolds) {
  kill(first_->pid(), SIGSTOP);
  kill(second_->pid(), SIGSTOP);
  Train();
  listener_->Take();
  absl::StatusOr<v1::Model> outcome;
  std::thread caller([&] { outcome = client_->SetTraffic("iris", {{2, 100}}); });
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Model meanwhile, client_->GetModel("iris"));
  const std::string address = control_->address("internal");
  control_->Kill();
  caller.join();
  EXPECT_FALSE(outcome.ok());
  StartControl(address);
  kill(first_->pid(), SIGCONT);
  kill(second_->pid(), SIGCONT);
  listener_->Await(
      [](const ClusterState& state) { return !state.settling() && CountLoaded(state, 2) == 2; });
  ExpectTrafficWasAlwaysLoaded();
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Model after, client_->GetModel("iris"));
  EXPECT_EQ(after.traffic(0).version(), 1);
  // It can be set again, and then takes effect.
  EXPECT_THAT(client_->SetTraffic("iris", {{2, 100}}), IsOk());
}

}  // namespace
}  // namespace serin
