// From a CSV file to canaried predictions, against real processes: once with all roles in one, once
// with each role in its own.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "tests/integration/deployment.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using testing::HasSubstr;

// Models `iris` versions 1 (logistic_regression) and 2 (gradient_boosting), trained once.
template <typename Deployment>
class FlowTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    deployment_ = std::make_unique<Deployment>();
    ASSERT_THAT(deployment_->Start(), IsOk());
    ASSERT_THAT(client().Upload("iris", TestFile("iris.csv")), IsOk());
    TrainVersion("logistic_regression", "models/iris/versions/1");
    TrainVersion("gradient_boosting", "models/iris/versions/2");
  }

  static void TearDownTestSuite() { deployment_.reset(); }

  static TestClient& client() { return deployment_->client(); }

  static v1::ModelVersion GetVersion(int32_t version) {
    v1::GetModelVersionRequest request;
    request.set_name(absl::StrCat("iris@", version));
    return client()
        .Call(client().models(), &v1::ModelService::Stub::GetModelVersion, request)
        .value();
  }

  // The version that answers, as `2`.
  static std::string Answering(const std::string& model, const std::string& key = "") {
    v1::PredictRequest request = PredictSetosa(model);
    request.set_key(key);
    const auto response = client().Predict(request);
    if (!response.ok()) return response.status().ToString();
    return response->model_version().substr(response->model_version().rfind('/') + 1);
  }

  // How many of `calls` predictions each version answers.
  static std::map<std::string, int> Count(int calls) {
    std::map<std::string, int> counts;
    for (int i = 0; i < calls; ++i) ++counts[Answering("iris")];
    return counts;
  }

 private:
  static void TrainVersion(const std::string& algorithm, const std::string& name) {
    const auto job = client().Train(TrainIris("iris", algorithm));
    ASSERT_THAT(job, IsOk());
    const auto trained = ModelVersionOf(client().AwaitJob(job->name()));
    ASSERT_THAT(trained, IsOk());
    ASSERT_EQ(*trained, name);
  }

  static inline std::unique_ptr<Deployment> deployment_;
};

using Deployments = testing::Types<SingleServer, SplitServer>;
TYPED_TEST_SUITE(FlowTest, Deployments);

TYPED_TEST(FlowTest, BothModels_ReachNinetyPercentOnTheHoldout) {
  for (const int version : {1, 2}) {
    const v1::Evaluation evaluation = this->GetVersion(version).evaluation();
    EXPECT_EQ(evaluation.train_rows(), 120) << version;
    EXPECT_EQ(evaluation.holdout_rows(), 30) << version;
    EXPECT_GE(evaluation.classification().accuracy(), 0.90) << version;
  }
}

TYPED_TEST(FlowTest, Lineage_NamesTheJobAndTheDatasetVersion) {
  const v1::Lineage lineage = this->GetVersion(1).lineage();
  EXPECT_THAT(lineage.job(), testing::StartsWith("jobs/"));
  EXPECT_EQ(lineage.spec().dataset(), "datasets/iris/versions/1");
  EXPECT_EQ(lineage.dataset_sha256().size(), 64u);
}

TYPED_TEST(FlowTest, FirstVersion_TakesAllTraffic_UntilItIsSet) {
  const v1::Model model = this->client().GetModel("iris").value();
  ASSERT_EQ(model.traffic_size(), 1) << model.DebugString();
  EXPECT_EQ(model.traffic(0).version(), 1);
  EXPECT_EQ(model.traffic(0).weight(), 100);
  EXPECT_EQ(this->Answering("iris"), "1");
}

TYPED_TEST(FlowTest, Prediction_NamesTheSpeciesWithProbabilities) {
  for (const char* model : {"iris@1", "iris@2"}) {
    SERIN_ASSERT_OK_AND_ASSIGN(const v1::PredictResponse response,
                               this->client().Predict(PredictSetosa(model)));
    EXPECT_THAT(response.classes(), testing::ElementsAre("setosa", "versicolor", "virginica"));
    ASSERT_EQ(response.predictions_size(), 1);
    EXPECT_EQ(response.predictions(0).label(), "setosa");
    EXPECT_GT(response.predictions(0).probabilities(0), 0.8);
    EXPECT_FALSE(response.prediction_id().empty());
  }
}

TYPED_TEST(FlowTest, FastForm_AnswersWhatTheFriendlyFormDoes) {
  const v1::PredictRequest friendly = PredictSetosa("iris@2");
  v1::PredictRequest fast;
  fast.set_model("iris@2");
  for (const auto& [name, value] : friendly.rows(0).features()) {
    auto* column = fast.add_columns();
    column->set_name(name);
    column->mutable_numbers()->add_values(value.number_value());
  }
  SERIN_ASSERT_OK_AND_ASSIGN(const auto expected, this->client().Predict(friendly));
  SERIN_ASSERT_OK_AND_ASSIGN(const auto actual, this->client().Predict(fast));
  EXPECT_EQ(actual.predictions(0).DebugString(), expected.predictions(0).DebugString());
}

TYPED_TEST(FlowTest, Traffic_IsSplitByItsWeights) {
  ASSERT_THAT(this->client().SetTraffic("iris", {{1, 90}, {2, 10}}), IsOk());
  const std::map<std::string, int> counts = this->Count(2000);
  ASSERT_EQ(counts.size(), 2u) << counts.begin()->first;
  // Five standard deviations around 200.
  EXPECT_GE(counts.at("2"), 130);
  EXPECT_LE(counts.at("2"), 270);
}

TYPED_TEST(FlowTest, SetTraffic_HoldsForEveryCallAfterItsAnswer) {
  for (const int winner : {2, 1, 2}) {
    ASSERT_THAT(this->client().SetTraffic("iris", {{winner, 100}, {3 - winner, 0}}), IsOk());
    EXPECT_EQ(this->Count(20), (std::map<std::string, int>{{absl::StrCat(winner), 20}}));
  }
}

TYPED_TEST(FlowTest, PinnedVersion_AnswersWhateverTheTraffic) {
  ASSERT_THAT(this->client().SetTraffic("iris", {{2, 100}}), IsOk());
  EXPECT_EQ(this->Answering("iris@1"), "1");
  EXPECT_EQ(this->Answering("models/iris/versions/1"), "1");
}

TYPED_TEST(FlowTest, Alias_AnswersWithTheVersionItNames) {
  v1::SetAliasRequest request;
  request.set_model("iris");
  request.set_alias("champion");
  for (const int version : {2, 1}) {
    request.set_version(version);
    ASSERT_THAT(
        this->client().Call(this->client().models(), &v1::ModelService::Stub::SetAlias, request),
        IsOk());
    EXPECT_EQ(this->Answering("iris@champion"), absl::StrCat(version));
  }
}

TYPED_TEST(FlowTest, Key_StaysWithItsVersion_AndMovesOnlyWhereTheWeightsGrow) {
  const auto answering_by_key = [&] {
    std::map<std::string, std::string> versions;
    for (int i = 0; i < 100; ++i) {
      const std::string key = absl::StrCat("customer-", i);
      versions[key] = this->Answering("iris", key);
    }
    return versions;
  };
  ASSERT_THAT(this->client().SetTraffic("iris", {{1, 80}, {2, 20}}), IsOk());
  const auto before = answering_by_key();
  EXPECT_EQ(answering_by_key(), before);
  ASSERT_THAT(this->client().SetTraffic("iris", {{1, 50}, {2, 50}}), IsOk());
  const auto after = answering_by_key();
  EXPECT_NE(after, before);
  for (const auto& [key, version] : before) {
    EXPECT_TRUE(version == "1" || after.at(key) == "2") << key;
  }
}

TYPED_TEST(FlowTest, DeletedVersion_AnswersNoMore) {
  ASSERT_THAT(this->client().SetTraffic("iris", {{2, 100}}), IsOk());
  v1::DeleteModelVersionRequest request;
  request.set_name("iris@2");
  const auto erase = [&] {
    return this->client().Call(this->client().models(), &v1::ModelService::Stub::DeleteModelVersion,
                               request);
  };
  EXPECT_THAT(erase(),
              IsError(absl::StatusCode::kFailedPrecondition, HasSubstr("models/iris/versions/2")));
  ASSERT_THAT(this->client().SetTraffic("iris", {{1, 100}}), IsOk());
  ASSERT_THAT(erase(), IsOk());
  EXPECT_THAT(this->client().Predict(PredictSetosa("iris@2")),
              IsError(absl::StatusCode::kNotFound, HasSubstr("models/iris/versions/2")));
  EXPECT_EQ(this->Answering("iris"), "1");
}

class SplitServerTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_THAT(server_.Start(), IsOk());
    ASSERT_THAT(server_.client().Upload("iris", TestFile("iris.csv")), IsOk());
    const auto job = server_.client().Train(TrainIris("iris", "logistic_regression"));
    ASSERT_THAT(job, IsOk());
    ASSERT_THAT(ModelVersionOf(server_.client().AwaitJob(job->name())), IsOk());
  }

  // Does what the error asks for: comes again as long as the role is UNAVAILABLE.
  absl::StatusOr<v1::Model> GetModelOnceReachable() {
    const absl::Time deadline = absl::Now() + absl::Seconds(20);
    auto model = server_.client().GetModel("iris");
    while (absl::IsUnavailable(model.status()) && absl::Now() < deadline) {
      absl::SleepFor(absl::Milliseconds(20));
      model = server_.client().GetModel("iris");
    }
    return model;
  }

  SplitServer server_;
};

TEST_F(SplitServerTest, ControlKilled_PredictionsGoOn_AndItIsBackWhenRestarted) {
  server_.control().Kill();
  for (int i = 0; i < 50; ++i) {
    ASSERT_THAT(server_.client().Predict(PredictSetosa("iris")), IsOk()) << i;
  }
  EXPECT_THAT(server_.client().GetModel("iris"),
              IsError(absl::StatusCode::kUnavailable, HasSubstr("control")));
  ASSERT_THAT(server_.RestartControl(), IsOk());
  EXPECT_THAT(GetModelOnceReachable(), IsOk());
  EXPECT_THAT(server_.client().SetTraffic("iris", {{1, 100}}), IsOk());
  EXPECT_THAT(server_.client().Predict(PredictSetosa("iris")), IsOk());
}

}  // namespace
}  // namespace serin
