// A predictor that has not room for all versions, as processes: whatever is called is answered, and
// what control being away means for that.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "tests/integration/deployment.h"
#include "tests/integration/http_get.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using ::testing::HasSubstr;
using ::testing::Le;
using ::testing::Not;

constexpr int kVersions = 4;

// A condition of processes, which nobody announces.
bool Await(const std::function<bool()>& condition) {
  const absl::Time deadline = absl::Now() + absl::Seconds(30);
  while (!condition()) {
    if (absl::Now() > deadline) return false;
    absl::SleepFor(absl::Milliseconds(20));
  }
  return true;
}

// Version 1 of `iris`, of kVersions that take the same memory, takes all traffic. There is room for
// two of them, and not for three.
class ModelMemoryTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_THAT(server_.Start(), IsOk());
    ASSERT_THAT(client().Upload("iris", TestFile("iris.csv")), IsOk());
    for (int version = 1; version <= kVersions; ++version) {
      SERIN_ASSERT_OK_AND_ASSIGN(const v1::Job job,
                                 client().Train(TrainIris("iris", "logistic_regression")));
      ASSERT_THAT(ModelVersionOf(client().AwaitJob(job.name())), IsOk());
    }
    ASSERT_TRUE(Await([&] { return StateOf(1) == v1::ReplicaVersion::STATE_READY; }));
    budget_ = Versions().front().memory_bytes() * 5 / 2;
    server_.SetPredictFlags({absl::StrCat("--predict_memory_bytes=", budget_)});
    ASSERT_THAT(server_.RestartPredict(), IsOk());
    // Control has heard of this one and forgotten the one before, and the proxy knows.
    ASSERT_TRUE(Await([&] { return Count(v1::ReplicaVersion::STATE_UNLOADED) == kVersions - 2; }));
    ASSERT_TRUE(Await([&] { return Versions().size() == kVersions; }));
    ASSERT_TRUE(Await([&] { return Predict(1).ok() && Predict(2).ok(); }));
  }

  TestClient& client() { return server_.client(); }

  absl::StatusOr<v1::PredictResponse> Predict(int version) {
    return client().Predict(PredictSetosa(absl::StrCat("iris@", version)));
  }
  std::vector<v1::ReplicaVersion> Versions() {
    v1::ListReplicaVersionsRequest request;
    request.set_model("models/iris");
    const auto response =
        client().Call(client().models(), &v1::ModelService::Stub::ListReplicaVersions, request);
    EXPECT_THAT(response, IsOk());
    return {response->versions().begin(), response->versions().end()};
  }
  int Count(v1::ReplicaVersion::State state) {
    const std::vector<v1::ReplicaVersion> versions = Versions();
    return static_cast<int>(
        std::count_if(versions.begin(), versions.end(),
                      [&](const auto& version) { return version.state() == state; }));
  }
  v1::ReplicaVersion::State StateOf(int version) {
    for (const v1::ReplicaVersion& reported : Versions()) {
      if (reported.version() == version) return reported.state();
    }
    return v1::ReplicaVersion::STATE_UNSPECIFIED;
  }
  // Of the predictor; -1 where there is none.
  double Metric(const std::string& name) {
    const std::string page = HttpGet(server_.predict().address("admin"), "/metrics");
    for (const absl::string_view line : absl::StrSplit(page, '\n')) {
      const std::vector<absl::string_view> parts = absl::StrSplit(line, ' ');
      double value = 0;
      if (parts.size() == 2 && parts[0] == name && absl::SimpleAtod(parts[1], &value)) return value;
    }
    return -1;
  }

  SplitServer server_;
  int64_t budget_ = 0;
};

TEST_F(ModelMemoryTest, EachVersionIsAnswered_WithinTheBudget) {
  EXPECT_EQ(StateOf(1), v1::ReplicaVersion::STATE_READY);
  for (int round = 0; round < 2; ++round) {
    for (int version = 1; version <= kVersions; ++version) {
      SERIN_ASSERT_OK_AND_ASSIGN(const v1::PredictResponse response, Predict(version));
      EXPECT_EQ(response.model_version(), absl::StrCat("models/iris/versions/", version));
      EXPECT_EQ(response.predictions(0).label(), "setosa");
      EXPECT_THAT(Metric("serin_models_memory_bytes"), Le(budget_));
    }
  }
  EXPECT_EQ(Metric("serin_models_memory_budget_bytes"), budget_);
  EXPECT_GT(Metric("serin_model_unloads_total"), 2);
  EXPECT_EQ(Metric("serin_models_loaded"), 2);
  ASSERT_TRUE(Await([&] { return StateOf(kVersions) == v1::ReplicaVersion::STATE_READY; }));
  EXPECT_EQ(StateOf(1), v1::ReplicaVersion::STATE_READY) << "it takes the traffic";
  int64_t bytes = 0;
  for (const v1::ReplicaVersion& version : Versions()) bytes += version.memory_bytes();
  EXPECT_EQ(static_cast<double>(bytes), Metric("serin_models_memory_bytes"));
}

TEST_F(ModelMemoryTest, TrafficToAVersionThatIsNotInMemory_LoadsItFirst) {
  EXPECT_THAT(Predict(2), IsOk());
  EXPECT_THAT(Predict(3), IsOk());
  EXPECT_THAT(Predict(4), IsOk());
  ASSERT_TRUE(Await([&] { return StateOf(2) == v1::ReplicaVersion::STATE_UNLOADED; }));
  ASSERT_THAT(client().SetTraffic("iris", {{2, 100}}), IsOk());
  EXPECT_EQ(StateOf(2), v1::ReplicaVersion::STATE_READY);
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::PredictResponse response,
                             client().Predict(PredictSetosa("iris")));
  EXPECT_EQ(response.model_version(), "models/iris/versions/2");
}

TEST_F(ModelMemoryTest, WhileControlIsAway_WhatIsInMemoryAnswers_AndTheRestSaysWhyNot) {
  EXPECT_THAT(Predict(3), IsOk());
  EXPECT_THAT(Predict(4), IsOk());
  ASSERT_TRUE(Await([&] { return StateOf(3) == v1::ReplicaVersion::STATE_UNLOADED; }));
  server_.control().Kill();
  EXPECT_THAT(Predict(1), IsOk());
  EXPECT_THAT(Predict(4), IsOk());
  EXPECT_THAT(Predict(3), IsError(absl::StatusCode::kUnavailable,
                                  HasSubstr("models/iris/versions/3 is not in memory: ")));
  EXPECT_THAT(Predict(4), IsOk()) << "nothing left for what did not come";
  ASSERT_THAT(server_.RestartControl(), IsOk());
  EXPECT_TRUE(Await([&] { return Predict(3).ok(); }));
}

TEST_F(ModelMemoryTest, PredictorStartedBeforeControl_AnswersOnceControlIsThere) {
  const std::string address = server_.control().address("internal");
  server_.control().Kill();
  ASSERT_THAT(server_.LaunchPredict(), IsOk());
  EXPECT_THAT(Predict(1), Not(IsOk()));
  ASSERT_THAT(server_.RestartControl(), IsOk());
  ASSERT_THAT(server_.predict().AwaitReady(), IsOk());
  EXPECT_TRUE(Await([&] { return Predict(1).ok(); }));
  EXPECT_TRUE(Await([&] { return Predict(kVersions).ok(); }));
}

}  // namespace
}  // namespace serin
