// The prediction log with every role in a process of its own: its books, and what faults leave of
// it.

#include <signal.h>

#include <set>
#include <string>
#include <vector>

#include "tests/integration/prediction_load.h"
#include "tests/integration/prediction_log_fixture.h"

namespace serin {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using ::testing::SizeIs;

class PredictionLogTest : public PredictionLogFixture {
 protected:
  // The prediction ids of the log, of which each row has to be there once, with all that
  // PredictionLoad asks and is answered. Asks that once itself.
  std::set<std::string> IdsOfWholeRows() {
    const auto answer = client().Predict(PredictSetosa("iris"));
    EXPECT_THAT(answer, IsOk());
    const std::string probability = FormatNumber(answer->predictions(0).probabilities(0));
    const std::vector<std::string> cells = Cells(
        "select prediction_id, row, version, sepal_length, sepal_width, petal_length, petal_width, "
        "prediction, probability_setosa from \"predictions.iris\"");
    constexpr size_t kColumns = 9;
    std::set<std::string> ids;
    for (auto cell = cells.begin(); cell < cells.end(); cell += kColumns) {
      EXPECT_TRUE(ids.insert(*cell).second) << *cell << " is there twice";
      EXPECT_THAT(std::vector<std::string>(cell + 1, cell + kColumns),
                  ElementsAre("0", "1", "5.1", "3.5", "1.4", "0.2", "setosa", probability));
    }
    ids.erase(answer->prediction_id());
    return ids;
  }
};

TEST_F(PredictionLogTest, APrediction_IsListedWithAllThatIsKnownOfIt) {
  EXPECT_THAT(List(), IsEmpty());
  v1::PredictRequest request = PredictSetosa("iris");
  request.set_key("alice");
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::PredictResponse answer, client().Predict(request));
  ASSERT_TRUE(Await([&] { return LoggedRows() == 1; }));

  const auto listed = List();
  ASSERT_THAT(listed, SizeIs(1));
  EXPECT_EQ(listed[0].prediction_id(), answer.prediction_id());
  EXPECT_EQ(listed[0].version(), 1);
  EXPECT_EQ(listed[0].key(), "alice");
  EXPECT_THAT(listed[0].caller(), HasSubstr("127.0.0.1:"));
  EXPECT_FALSE(listed[0].request_id().empty());
  EXPECT_EQ(listed[0].prediction().label(), "setosa");
  EXPECT_THAT(listed[0].prediction().probabilities(),
              testing::ElementsAreArray(answer.predictions(0).probabilities()));
  EXPECT_GT(listed[0].latency_seconds(), 0);
  for (const auto& [name, value] : request.rows(0).features()) {
    EXPECT_EQ(listed[0].features().at(name).number_value(), value.number_value()) << name;
  }
  EXPECT_FALSE(listed[0].has_label());

  v1::ListPredictionsRequest other;
  other.set_model("iris");
  other.set_key("bob");
  EXPECT_THAT(List(other), IsEmpty());
  other.set_key("alice");
  other.set_version(2);
  EXPECT_THAT(List(other), IsEmpty());
}

TEST_F(PredictionLogTest, HashedFeatures_AreEqualWhereTheValuesAre_AlsoAfterARestart) {
  v1::PredictionLog log;
  log.add_hash_features("petal_width");
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Model shown, SetLog(log));
  EXPECT_THAT(shown.prediction_log().hash_features(), ElementsAre("petal_width"));
  v1::PredictRequest other = PredictSetosa("iris");
  (*other.mutable_rows(0)->mutable_features())["petal_width"].set_number_value(0.4);
  ASSERT_THAT(client().Predict(PredictSetosa("iris")), IsOk());
  ASSERT_THAT(client().Predict(other), IsOk());
  ASSERT_TRUE(Await([&] { return LoggedRows() == 2; }));

  ASSERT_THAT(server_.RestartControl(), IsOk());
  ASSERT_THAT(server_.RestartPredict(), IsOk());
  ASSERT_TRUE(Await([&] { return client().Predict(PredictSetosa("iris")).ok(); }));
  ASSERT_TRUE(Await([&] { return LoggedRows() == 3; }));
  const std::vector<std::string> groups = Cells(
      "select petal_width, count(*), min(length(petal_width)) from \"predictions.iris\" "
      "group by petal_width order by count(*)");
  ASSERT_THAT(groups, SizeIs(6));
  EXPECT_NE(groups[0], groups[3]);
  EXPECT_THAT(groups, ElementsAre(groups[0], "1", "32", groups[3], "2", "32"));
}

TEST_F(PredictionLogTest, DatasetRoleKilledUnderLoad_BooksBalance_AndEachRowIsThereOnce) {
  PredictionLoad load({server_.proxy().address("public")}, /*callers=*/2);
  ASSERT_THAT(load.AwaitAnswers(200), IsOk());
  ASSERT_TRUE(Await([&] { return LoggedRows() > 0; }));
  server_.dataset().Kill();
  ASSERT_THAT(load.AwaitAnswers(200), IsOk());
  ASSERT_THAT(server_.RestartDataset(), IsOk());
  ASSERT_THAT(load.AwaitAnswers(200), IsOk());
  const PredictionLoad::Counts counts = load.Stop();
  EXPECT_EQ(counts.failures(), 0);
  ASSERT_TRUE(Await([&] { return BooksBalance(); }))
      << Served() << " " << Outcome("logged") << " " << Outcome("dropped");
  EXPECT_GE(Served(), static_cast<double>(counts.answered));
  EXPECT_EQ(Outcome("dropped"), 0) << "there is room for a short absence";
  EXPECT_EQ(LoggedRows(), Outcome("logged"));
  EXPECT_THAT(IdsOfWholeRows(), IsSupersetOf(counts.prediction_ids));
}

TEST_F(PredictionLogTest, DatasetRoleThatHangs_HoldsUpNoPrediction_AndNothingIsLostOnceItGoesOn) {
  ASSERT_THAT(client().Predict(PredictSetosa("iris")), IsOk());
  ASSERT_TRUE(Await([&] { return LoggedRows() == 1; }));
  kill(server_.dataset().pid(), SIGSTOP);
  PredictionLoad load({server_.proxy().address("public")}, /*callers=*/2);
  ASSERT_THAT(load.AwaitAnswers(500), IsOk());
  const PredictionLoad::Counts counts = load.Stop();
  EXPECT_EQ(counts.failures(), 0);
  EXPECT_FALSE(BooksBalance()) << "they wait";
  kill(server_.dataset().pid(), SIGCONT);
  ASSERT_TRUE(Await([&] { return BooksBalance(); }));
  EXPECT_EQ(Outcome("dropped"), 0);
  EXPECT_EQ(LoggedRows(), Outcome("logged"));
  EXPECT_THAT(IdsOfWholeRows(), IsSupersetOf(counts.prediction_ids));
}

TEST_F(PredictionLogTest, PredictorKilled_TakesWithItWhatItHeld_AndNothingIsThereTwice) {
  PredictionLoad load({server_.proxy().address("public")}, /*callers=*/2);
  ASSERT_THAT(load.AwaitAnswers(300), IsOk());
  ASSERT_TRUE(Await([&] { return LoggedRows() > 0; }));
  server_.predict().Kill();
  const PredictionLoad::Counts counts = load.Stop();
  const double before = LoggedRows();
  // A call that was answered as the predictor died may not have reached its caller.
  EXPECT_LE(before, static_cast<double>(counts.answered) + 2);
  ASSERT_THAT(server_.RestartPredict(), IsOk());
  // The proxy hears of the new predictor a little later.
  absl::StatusOr<v1::PredictResponse> after;
  ASSERT_TRUE(Await([&] { return (after = client().Predict(PredictSetosa("iris"))).ok(); }));
  EXPECT_TRUE(Await([&] { return LoggedRows() == before + 1; }));

  std::set<std::string> unknown = IdsOfWholeRows();
  EXPECT_EQ(unknown.erase(after->prediction_id()), 1u);
  for (const std::string& id : counts.prediction_ids) unknown.erase(id);
  EXPECT_LE(unknown.size(), 2u) << "what is there was answered";
}

TEST_F(PredictionLogTest, Sampling_IsCounted_AndAServerThatStopsWritesWhatItHolds) {
  v1::PredictionLog half;
  half.set_sampling_percent(50);
  ASSERT_THAT(SetLog(half), IsOk());
  for (int i = 0; i < 100; ++i) ASSERT_THAT(client().Predict(PredictSetosa("iris")), IsOk());
  const double sampled_out = Outcome("sampled_out");
  EXPECT_GT(sampled_out, 20);
  EXPECT_LT(sampled_out, 80);
  EXPECT_EQ(server_.predict().Stop(), 0);
  EXPECT_EQ(LoggedRows(), 100 - sampled_out);
}

}  // namespace
}  // namespace serin
