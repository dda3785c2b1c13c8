// Drift through real processes: rows that have moved, sent through proxies to predictors that each
// see a part of them.

#include <cmath>
#include <functional>
#include <numeric>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "core/base/random_bits.h"
#include "tests/integration/cluster.h"
#include "tests/integration/deployment.h"
#include "tests/integration/http_get.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

constexpr int kTrainingRows = 2'000;
constexpr int kRowsPerCall = 50;
constexpr double kShift = 0.4;
constexpr const char* kColors[] = {"blue", "green", "red", "white"};

// A row of two numbers in [0, 1) and a color, all of them drawn evenly.
struct DrawnRow {
  explicit DrawnRow(RandomBits& random)
      : still(random.Below(10'000) / 1e4),
        moving(random.Below(10'000) / 1e4),
        color(kColors[random.Below(4)]) {}
  double still;
  double moving;
  const char* color;
};

// Of which only `still` says what the species is.
std::string TrainingRows() {
  RandomBits random(1);
  std::string csv = "still,moving,color,species\n";
  for (int i = 0; i < kTrainingRows; ++i) {
    const DrawnRow row(random);
    absl::StrAppend(&csv, row.still, ",", row.moving, ",", row.color, ",",
                    row.still < 0.5 ? "setosa" : "virginica", "\n");
  }
  return csv;
}

// Rows as those of the training, but for `moving`.
v1::PredictRequest NextCall(RandomBits& random) {
  v1::PredictRequest request;
  request.set_model("iris");
  for (int i = 0; i < kRowsPerCall; ++i) {
    const DrawnRow row(random);
    auto& features = *request.add_rows()->mutable_features();
    features["still"].set_number_value(row.still);
    features["moving"].set_number_value(row.moving + kShift);
    features["color"].set_string_value(row.color);
  }
  return request;
}

absl::Status Train(TestClient& client) {
  const absl::StatusOr<v1::DatasetVersion> rows = client.Upload("iris", TrainingRows());
  if (!rows.ok()) return rows.status();
  const absl::StatusOr<v1::Job> job = client.Train(TrainIris("iris", "gradient_boosting"));
  if (!job.ok()) return job.status();
  return ModelVersionOf(client.AwaitJob(job->name())).status();
}

v1::Drift DriftOf(TestClient& client) {
  v1::GetDriftRequest request;
  request.set_name("iris@1");
  const auto drift = client.Call(client.models(), &v1::ModelService::Stub::GetDrift, request);
  EXPECT_THAT(drift, IsOk());
  return drift.value_or(v1::Drift());
}

// What the predictors have reported, once it is about so many rows. They do so every few seconds.
v1::Drift AwaitDrift(TestClient& client, int64_t rows) {
  const absl::Time deadline = absl::Now() + absl::Seconds(30);
  v1::Drift drift = DriftOf(client);
  while (drift.rows() != rows && absl::Now() < deadline) {
    absl::SleepFor(absl::Milliseconds(50));
    drift = DriftOf(client);
  }
  EXPECT_EQ(drift.rows(), rows);
  return drift;
}

// The index by its definition, from the shares; a bin that nothing was in counts half a row.
double PsiOfBins(const v1::ColumnDrift& column, int64_t rows) {
  double psi = 0;
  for (const v1::DriftBin& bin : column.bins()) {
    if (bin.training_share() == 0 && bin.prediction_share() == 0) continue;
    EXPECT_GT(bin.training_share(), 0) << "the training has a row in every bin";
    const double share =
        bin.prediction_share() > 0 ? bin.prediction_share() : 0.5 / static_cast<double>(rows);
    psi += (share - bin.training_share()) * std::log(share / bin.training_share());
  }
  return psi;
}

void ExpectOnlyMovingHasMoved(const v1::Drift& drift) {
  ASSERT_EQ(drift.features_size(), 3);
  for (const v1::ColumnDrift& feature : drift.features()) {
    EXPECT_NEAR(feature.psi(), PsiOfBins(feature, drift.rows()), 1e-9) << feature.column();
    if (feature.column() == "moving") {
      // Four of ten deciles are empty, and the uppermost has half of all.
      EXPECT_GT(feature.psi(), 0.25);
      EXPECT_EQ(feature.bins(0).prediction_share(), 0);
      EXPECT_NEAR(feature.bins(9).prediction_share(), 0.5, 0.05);
    } else {
      EXPECT_LT(feature.psi(), 0.1) << feature.column();
    }
  }
  EXPECT_EQ(drift.prediction().column(), "species");
  EXPECT_LT(drift.prediction().psi(), 0.1);
}

double MetricOf(const ServerProcess& predictor, const std::string& feature,
                const std::string& measure) {
  return MetricAt(predictor.address("admin"),
                  absl::StrCat("serin_feature_drift{feature=\"", feature, "\",measure=\"", measure,
                               "\",model=\"iris\",version=\"1\"}"))
      .value_or(-1);
}

TEST(DriftTest, TheMetricOfAPredictor_SaysWhatGetDriftSays) {
  SplitServer server;
  ASSERT_THAT(server.Start(), IsOk());
  ASSERT_THAT(Train(server.client()), IsOk());
  constexpr int kCalls = 30;
  RandomBits random(2);
  for (int i = 0; i < kCalls; ++i) {
    ASSERT_THAT(server.client().Predict(NextCall(random)), IsOk());
  }
  const v1::Drift drift = AwaitDrift(server.client(), kCalls * kRowsPerCall);
  ExpectOnlyMovingHasMoved(drift);

  const auto expect_metric = [&](const std::string& feature, const v1::ColumnDrift& column) {
    EXPECT_NEAR(MetricOf(server.predict(), feature, "psi"), column.psi(), 1e-9) << feature;
    EXPECT_NEAR(MetricOf(server.predict(), feature, "jensen_shannon"), column.jensen_shannon(),
                1e-9)
        << feature;
  };
  // Every ten seconds the metric is made anew.
  const double moved = drift.features(1).psi();
  const absl::Time deadline = absl::Now() + absl::Seconds(30);
  while (std::abs(MetricOf(server.predict(), "moving", "psi") - moved) > 1e-9 &&
         absl::Now() < deadline) {
    absl::SleepFor(absl::Milliseconds(50));
  }
  for (const v1::ColumnDrift& feature : drift.features()) expect_metric(feature.column(), feature);
  expect_metric("__prediction", drift.prediction());
}

class DriftOfAClusterTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_THAT(cluster_.Start(), IsOk());
    ASSERT_THAT(Train(cluster_.client(0)), IsOk());
  }

  // Calls of Predict that a predictor has answered.
  int64_t AnsweredBy(int predictor) {
    const auto calls =
        MetricAt(cluster_.predictor(predictor).address("admin"),
                 "serin_predictions_total{model=\"iris\",outcome=\"ok\",version=\"1\"}");
    return static_cast<int64_t>(calls.value_or(0));
  }

  std::vector<v1::ReplicaVersion> Replicas() {
    v1::ListReplicaVersionsRequest request;
    request.set_model("iris");
    const auto listed = cluster_.client(0).Call(
        cluster_.client(0).models(), &v1::ModelService::Stub::ListReplicaVersions, request);
    EXPECT_THAT(listed, IsOk());
    return {listed->versions().begin(), listed->versions().end()};
  }

  Cluster cluster_;
};

TEST_F(DriftOfAClusterTest, PredictorsAreAddedUp_AndOneThatLeavesTakesItsCountsWithIt) {
  constexpr int kCalls = 60;
  RandomBits random(3);
  for (int i = 0; i < kCalls; ++i) {
    ASSERT_THAT(cluster_.client(i % Cluster::kProxies).Predict(NextCall(random)), IsOk());
  }
  ExpectOnlyMovingHasMoved(AwaitDrift(cluster_.client(0), kCalls * kRowsPerCall));
  std::vector<int64_t> answered;
  for (int i = 0; i < Cluster::kPredictors; ++i) answered.push_back(AnsweredBy(i));
  EXPECT_EQ(std::accumulate(answered.begin(), answered.end(), int64_t{0}), kCalls);
  for (const int64_t calls : answered) EXPECT_GT(calls, 0) << "each of them has a part";

  EXPECT_EQ(cluster_.predictor(0).Stop(), 0);
  ExpectOnlyMovingHasMoved(AwaitDrift(cluster_.client(1), (kCalls - answered[0]) * kRowsPerCall));
}

TEST_F(DriftOfAClusterTest, EachReplica_SaysWhatItHas_UntilItIsGone) {
  std::set<std::string> addresses;
  for (int i = 0; i < Cluster::kPredictors; ++i) {
    addresses.insert(cluster_.predictor(i).address("internal"));
  }
  std::set<std::string> listed;
  for (const v1::ReplicaVersion& version : Replicas()) {
    listed.insert(version.replica());
    EXPECT_EQ(version.version(), 1);
    EXPECT_EQ(version.state(), v1::ReplicaVersion::STATE_READY);
    EXPECT_EQ(version.reason(), "");
    EXPECT_GT(version.memory_bytes(), 0);
    EXPECT_GT(version.state_time().seconds(), 0);
  }
  EXPECT_EQ(listed, addresses);

  const std::string gone = cluster_.predictor(0).address("internal");
  EXPECT_EQ(cluster_.predictor(0).Stop(), 0);
  const auto left = Replicas();
  ASSERT_EQ(left.size(), 2u);
  for (const v1::ReplicaVersion& version : left) EXPECT_NE(version.replica(), gone);
}

}  // namespace
}  // namespace serin
