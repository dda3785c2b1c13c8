// One control, one dataset, three predictors and two proxies, under load: what callers notice of a
// canary, of keys, of predictors and control that go away and come back.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <map>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "tests/integration/cluster.h"
#include "tests/integration/http_get.h"
#include "tests/integration/prediction_load.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using testing::PrintToString;

constexpr int kCallersPerProxy = 4;
constexpr int kCallers = Cluster::kProxies * kCallersPerProxy;
constexpr char kVersion1[] = "models/iris/versions/1";
constexpr char kVersion2[] = "models/iris/versions/2";

class ProxyClusterTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_THAT(cluster_.Start(), IsOk());
    ASSERT_THAT(cluster_.TrainTwoVersions(), IsOk());
  }

  std::vector<std::string> Proxies() {
    std::vector<std::string> addresses;
    for (int i = 0; i < Cluster::kProxies; ++i) {
      addresses.push_back(cluster_.proxy(i).address("public"));
    }
    return addresses;
  }

  // The version that answers a call with this key.
  std::string VersionFor(const std::string& key, int proxy) {
    v1::PredictRequest request = PredictSetosa("iris");
    request.set_key(key);
    const auto response = cluster_.client(proxy).Predict(request);
    EXPECT_THAT(response, IsOk());
    return response.ok() ? response->model_version() : "";
  }

  // Predictions that a predictor says it has answered.
  double AnsweredBy(int predictor) {
    double answered = 0;
    const std::string metrics = HttpGet(cluster_.predictor(predictor).address("admin"), "/metrics");
    for (const absl::string_view line : absl::StrSplit(metrics, '\n')) {
      double count = 0;
      if (!absl::StartsWith(line, "serin_predictions_total{")) continue;
      if (absl::SimpleAtod(line.substr(line.rfind(' ') + 1), &count)) answered += count;
    }
    return answered;
  }

  // Asks one proxy until this version answers or half a minute has passed.
  std::string AwaitVersion(int proxy, const std::string& version) {
    const absl::Time deadline = absl::Now() + absl::Seconds(30);
    std::string seen;
    while (seen != version && absl::Now() < deadline) {
      const auto response = cluster_.client(proxy).Predict(PredictSetosa("iris"));
      seen = response.ok() ? response->model_version() : response.status().ToString();
    }
    return seen;
  }

  Cluster cluster_;
};

TEST_F(ProxyClusterTest, Canary_GetsItsShareThroughBothProxies) {
  ASSERT_THAT(cluster_.client(0).SetTraffic("iris", {{1, 90}, {2, 10}}), IsOk());
  PredictionLoad load(Proxies(), kCallersPerProxy);
  ASSERT_THAT(load.AwaitAnswers(4000), IsOk());
  PredictionLoad::Counts counts = load.Stop();
  EXPECT_EQ(counts.failures(), 0) << PrintToString(counts.failed);
  // Five standard deviations of 4,000 draws.
  const double share = static_cast<double>(counts.by_version[kVersion2]) / counts.answered;
  EXPECT_NEAR(share, 0.10, 5 * 0.0048);
}

TEST_F(ProxyClusterTest, SetTraffic_IsActedOnByBothProxiesWhenItReturns) {
  for (int round = 0; round < 5; ++round) {
    for (const auto& [version, name] : {std::pair(2, kVersion2), std::pair(1, kVersion1)}) {
      ASSERT_THAT(cluster_.client(0).SetTraffic("iris", {{version, 100}}), IsOk());
      for (int proxy = 0; proxy < Cluster::kProxies; ++proxy) {
        EXPECT_EQ(VersionFor("", proxy), name) << "proxy " << proxy;
      }
    }
  }
}

TEST_F(ProxyClusterTest, Keys_GetTheSameVersionOnBothProxies_AndOnlyTheNeededShareMoves) {
  ASSERT_THAT(cluster_.client(0).SetTraffic("iris", {{1, 80}, {2, 20}}), IsOk());
  std::map<std::string, std::string> before;
  for (int i = 0; i < 300; ++i) {
    const std::string key = absl::StrCat("customer-", i);
    before[key] = VersionFor(key, 0);
    EXPECT_EQ(VersionFor(key, 1), before[key]) << key;
  }
  ASSERT_THAT(cluster_.client(1).SetTraffic("iris", {{1, 50}, {2, 50}}), IsOk());
  int moved = 0;
  for (const auto& [key, version] : before) {
    const std::string now = VersionFor(key, 0);
    if (now == version) continue;
    EXPECT_EQ(version, kVersion1) << key;  // Version 2 has only gained.
    ++moved;
  }
  // 30 % of 300, within five standard deviations.
  EXPECT_NEAR(moved, 90, 5 * 8);
}

TEST_F(ProxyClusterTest, ControlAway_PredictionsGoOn_AndEverythingWorksOnceItIsBack) {
  PredictionLoad load(Proxies(), kCallersPerProxy);
  ASSERT_THAT(load.AwaitAnswers(500), IsOk());
  cluster_.control().Kill();
  ASSERT_THAT(load.AwaitAnswers(2000), IsOk());
  EXPECT_EQ(cluster_.client(0).GetModel("iris").status().code(), absl::StatusCode::kUnavailable);

  ASSERT_THAT(cluster_.RestartControl(), IsOk());
  const absl::Time deadline = absl::Now() + absl::Seconds(30);
  absl::Status set = absl::UnavailableError("not tried");
  while (!set.ok() && absl::Now() < deadline) {
    set = cluster_.client(0).SetTraffic("iris", {{2, 100}}).status();
  }
  ASSERT_THAT(set, IsOk());
  for (int proxy = 0; proxy < Cluster::kProxies; ++proxy) {
    EXPECT_EQ(AwaitVersion(proxy, kVersion2), kVersion2) << "proxy " << proxy;
  }
  const PredictionLoad::Counts counts = load.Stop();
  EXPECT_EQ(counts.failures(), 0) << PrintToString(counts.failed);
}

TEST_F(ProxyClusterTest, KeysAsMetadata_AreTheSameAsInTheRequest) {
  ASSERT_THAT(cluster_.client(0).SetTraffic("iris", {{1, 50}, {2, 50}}), IsOk());
  for (int i = 0; i < 100; ++i) {
    const std::string key = absl::StrCat("customer-", i);
    grpc::ClientContext context;
    TestClient::Prepare(context);
    context.AddMetadata("serin-key", key);
    v1::PredictResponse response;
    ASSERT_TRUE(
        cluster_.client(1).predictions().Predict(&context, PredictSetosa("iris"), &response).ok());
    EXPECT_EQ(response.model_version(), VersionFor(key, 0)) << key;
  }
}

TEST_F(ProxyClusterTest, KilledPredictor_CostsNoMoreThanTheCallsOnIt_AndItsSuccessorGetsCalls) {
  PredictionLoad load(Proxies(), kCallersPerProxy);
  ASSERT_THAT(load.AwaitAnswers(1000), IsOk());
  cluster_.predictor(1).Kill();
  ASSERT_THAT(load.AwaitAnswers(2000), IsOk());
  EXPECT_LE(load.Now().failures(), kCallers) << PrintToString(load.Now().failed);

  ASSERT_THAT(cluster_.ReplacePredictor(1), IsOk());
  cluster_.predictor(2).Kill();
  ASSERT_THAT(load.AwaitAnswers(2000), IsOk());
  const PredictionLoad::Counts counts = load.Stop();
  EXPECT_LE(counts.failures(), 2 * kCallers) << PrintToString(counts.failed);
  EXPECT_GT(AnsweredBy(1), 0);
}

TEST_F(ProxyClusterTest, StoppedPredictor_CostsNoCallThatHasTimeForAnother_UntilItGoesOn) {
  PredictionLoad load(Proxies(), kCallersPerProxy);
  ASSERT_THAT(load.AwaitAnswers(1000), IsOk());
  kill(cluster_.predictor(2).pid(), SIGSTOP);
  // Long enough for the calls on it to reach their deadline, which on a slow machine may come
  // before it is noticed.
  ASSERT_THAT(load.AwaitAnswers(5000), IsOk());
  EXPECT_LE(load.Now().failures(), kCallers) << PrintToString(load.Now().failed);
  kill(cluster_.predictor(2).pid(), SIGCONT);
  ASSERT_THAT(load.AwaitAnswers(1000), IsOk());
  EXPECT_LE(load.Stop().failures(), kCallers);
}

}  // namespace
}  // namespace serin
