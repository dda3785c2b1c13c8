#include "core/learn/search/search.h"

#include "core/learn/examples.h"
#include "core/learn/spec.h"
#include "core/learn/split.h"
#include "core/table/schema.h"
#include "google/protobuf/util/message_differencer.h"
#include "tests/testing/read_table.h"
#include "tests/testing/simulated_clock.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using google::protobuf::util::MessageDifferencer;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

v1::TrainingSpec AutoSpec(const std::string& target, const std::vector<std::string>& algorithms) {
  v1::TrainingSpec spec;
  spec.set_algorithm("auto");
  spec.set_target(target);
  spec.mutable_search()->set_trials(6);
  spec.mutable_search()->set_folds(3);
  spec.mutable_search()->mutable_algorithms()->Add(algorithms.begin(), algorithms.end());
  return spec;
}

class SearchSpecTest : public ::testing::Test {
 protected:
  absl::StatusOr<SearchResult> Search(const Table& table, const v1::TrainingSpec& spec) {
    absl::StatusOr<v1::TrainingSpec> resolved = ResolveSpec(spec, SchemaOf(table));
    if (!resolved.ok()) return resolved.status();
    const SearchHooks hooks = {.threads = threads_,
                               .clock = &clock_,
                               .cpu_seconds = [] { return 0.0; },
                               .progress =
                                   [this](const v1::JobProgress& progress) {
                                     progress_.push_back(progress);
                                     return true;
                                   },
                               .finish = [this] { return finish_; },
                               .leaderboard = [this](const auto& all) { all_.push_back(all); }};
    return SearchSpec(table, *resolved, hooks);
  }

  int threads_ = 1;
  SimulatedClock clock_;
  bool finish_ = false;
  std::vector<v1::JobProgress> progress_;
  std::vector<v1::Leaderboard> all_;
};

TEST_F(SearchSpecTest, Auto_FindsTheAlgorithmThatFits_AndSpellsItOut) {
  const Table table = TestDataTable("diabetes.csv");
  v1::TrainingSpec spec = AutoSpec("progression", {"mean", "ridge_regression"});
  SERIN_ASSERT_OK_AND_ASSIGN(const SearchResult found, Search(table, spec));
  EXPECT_EQ(found.winner.algorithm(), "ridge_regression");
  EXPECT_TRUE(found.winner.hyperparameters().fields().contains("l2"));
  EXPECT_FALSE(found.winner.has_search());
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::TrainingSpec again,
                             ResolveSpec(found.winner, SchemaOf(table)));
  EXPECT_TRUE(MessageDifferencer::Equals(found.winner, again));

  const v1::Leaderboard& board = found.leaderboard;
  EXPECT_EQ(board.metric(), v1::Search::METRIC_RMSE);
  EXPECT_EQ(board.drawn(), 6);
  EXPECT_EQ(board.finished(), 6);
  ASSERT_THAT(board.trials(), SizeIs(6));
  EXPECT_EQ(board.trials(5).algorithm(), "mean");
  EXPECT_EQ(board.trials(5).number(), 1);
  EXPECT_NEAR(board.trials(5).score(), 77, 3);  // The target's standard deviation.
  EXPECT_NEAR(board.trials(0).score(), 55, 3);
  EXPECT_GT(board.trials(0).score_error(), 0);
  EXPECT_EQ(board.trials(0).row_share(), 1);
  EXPECT_THAT(found.warnings, IsEmpty());
}

TEST_F(SearchSpecTest, TellsHowFarItIs_AndWhatItHasFound) {
  const Table table = TestDataTable("iris.csv");
  SERIN_ASSERT_OK_AND_ASSIGN(
      const SearchResult found,
      Search(table, AutoSpec("species", {"majority", "logistic_regression"})));
  EXPECT_EQ(progress_.front().stage(), "searching");
  for (size_t i = 1; i < progress_.size(); ++i) {
    EXPECT_GE(progress_[i].fraction(), progress_[i - 1].fraction());
  }
  EXPECT_EQ(all_.front().finished(), 1);
  EXPECT_TRUE(MessageDifferencer::Equals(all_.back(), found.leaderboard));
}

TEST_F(SearchSpecTest, TheSameSpecificationFindsTheSame_AnotherSeedDrawsOthers) {
  const Table table = TestDataTable("wine.csv");
  v1::TrainingSpec spec = AutoSpec("cultivar", {"gradient_boosting", "logistic_regression"});
  SERIN_ASSERT_OK_AND_ASSIGN(const SearchResult first, Search(table, spec));
  SERIN_ASSERT_OK_AND_ASSIGN(const SearchResult second, Search(table, spec));
  spec.set_seed(9);
  SERIN_ASSERT_OK_AND_ASSIGN(const SearchResult other, Search(table, spec));
  EXPECT_TRUE(MessageDifferencer::Equals(first.winner, second.winner));
  EXPECT_TRUE(MessageDifferencer::Equals(first.leaderboard, second.leaderboard));
  EXPECT_FALSE(MessageDifferencer::Equals(first.leaderboard, other.leaderboard));
}

TEST_F(SearchSpecTest, FindsTheSame_OnAnyNumberOfThreads) {
  const Table table = TestDataTable("wine.csv");
  const v1::TrainingSpec spec =
      AutoSpec("cultivar", {"gradient_boosting", "logistic_regression", "mlp", "random_forest"});
  SERIN_ASSERT_OK_AND_ASSIGN(const SearchResult one, Search(table, spec));
  for (const int threads : {2, 5}) {
    threads_ = threads;
    SERIN_ASSERT_OK_AND_ASSIGN(const SearchResult several, Search(table, spec));
    EXPECT_TRUE(MessageDifferencer::Equals(one.leaderboard, several.leaderboard)) << threads;
    EXPECT_TRUE(MessageDifferencer::Equals(one.winner, several.winner)) << threads;
  }
}

// Nothing about the rows that judge the winner may have a part in choosing it.
TEST_F(SearchSpecTest, DoesNotSeeTheHoldout) {
  Table table = TestDataTable("iris.csv");
  const v1::TrainingSpec spec = AutoSpec("species", {"logistic_regression"});
  SERIN_ASSERT_OK_AND_ASSIGN(const SearchResult before, Search(table, spec));
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::TrainingSpec resolved, ResolveSpec(spec, SchemaOf(table)));
  SERIN_ASSERT_OK_AND_ASSIGN(const Examples examples, MakeExamples(table, resolved));
  SERIN_ASSERT_OK_AND_ASSIGN(const Split split, SplitRows(examples, resolved));
  for (const size_t row : split.holdout) table.columns[0].numbers[row] = 1e6;
  SERIN_ASSERT_OK_AND_ASSIGN(const SearchResult after, Search(table, spec));
  EXPECT_TRUE(MessageDifferencer::Equals(before.leaderboard, after.leaderboard));
}

TEST_F(SearchSpecTest, Tuning_KeepsWhatIsGiven) {
  v1::TrainingSpec spec;
  spec.set_algorithm("gradient_boosting");
  spec.set_target("species");
  (*spec.mutable_hyperparameters()->mutable_fields())["rounds"].set_number_value(7);
  spec.mutable_search()->set_trials(5);
  SERIN_ASSERT_OK_AND_ASSIGN(const SearchResult found, Search(TestDataTable("iris.csv"), spec));
  for (const v1::Trial& trial : found.leaderboard.trials()) {
    EXPECT_EQ(trial.algorithm(), "gradient_boosting");
    EXPECT_EQ(trial.hyperparameters().fields().at("rounds").number_value(), 7);
  }
  EXPECT_EQ(found.winner.hyperparameters().fields().at("rounds").number_value(), 7);
}

TEST_F(SearchSpecTest, AnotherMetricDecides) {
  v1::TrainingSpec spec = AutoSpec("diagnosis", {"logistic_regression", "majority"});
  spec.mutable_search()->set_metric(v1::Search::METRIC_ROC_AUC);
  SERIN_ASSERT_OK_AND_ASSIGN(const SearchResult found,
                             Search(TestDataTable("breast_cancer.csv"), spec));
  const v1::Leaderboard& board = found.leaderboard;
  EXPECT_EQ(board.metric(), v1::Search::METRIC_ROC_AUC);
  EXPECT_GT(board.trials(0).score(), 0.98);
  EXPECT_EQ(board.trials(board.trials_size() - 1).score(), 0.5);
}

// Gaps that are to stay gaps are nothing for a linear model: it is out, the trees are not.
TEST_F(SearchSpecTest, ACandidateThatFails_IsOnTheLeaderboard_WithItsReason) {
  v1::TrainingSpec spec = AutoSpec("ozone", {"ridge_regression", "gradient_boosting"});
  spec.mutable_search()->set_trials(2);
  v1::Preprocessing& gaps = *spec.add_preprocessing();
  gaps.set_column("solar");
  const Table table = TestDataTable("airquality.csv");
  gaps.set_column(table.columns[1].name);
  gaps.set_missing(v1::Preprocessing::MISSING_KEEP);
  SERIN_ASSERT_OK_AND_ASSIGN(const SearchResult found, Search(table, spec));
  EXPECT_EQ(found.winner.algorithm(), "gradient_boosting");
  ASSERT_THAT(found.leaderboard.trials(), SizeIs(2));
  EXPECT_EQ(found.leaderboard.trials(1).algorithm(), "ridge_regression");
  EXPECT_FALSE(found.leaderboard.trials(1).has_score());
  EXPECT_THAT(found.leaderboard.trials(1).error(), HasSubstr("missing"));
}

TEST_F(SearchSpecTest, ARareClass_DoesNotEndASearchOnASample_InWhichOneFoldHasAllItsRows) {
  ColumnData x{"x", v1::COLUMN_TYPE_NUMBER, {}, {}, {}};
  ColumnData y{"y", v1::COLUMN_TYPE_CATEGORY, {}, {}, {"common", "rare"}};
  for (int row = 0; row < 4000; ++row) {
    x.numbers.push_back(row % 7);
    y.codes.push_back(row % 600 == 0 ? 1 : 0);
  }
  const Table table{{x, y}};
  v1::TrainingSpec spec = AutoSpec("y", {"majority", "naive_bayes"});
  spec.mutable_evaluation()->set_split(v1::EvaluationPlan::SPLIT_RANDOM);
  for (uint64_t seed = 0; seed < 10; ++seed) {
    spec.set_seed(seed);
    EXPECT_THAT(Search(table, spec), IsOk()) << seed;
  }
}

TEST_F(SearchSpecTest, DataThatTeachNothing_AreRefused_NamingTheTarget) {
  EXPECT_THAT(Search(TableOf("x,y\n1,7\n2,7\n3,7\n4,7\n"), AutoSpec("y", {"ridge_regression"})),
              IsError(absl::StatusCode::kInvalidArgument, HasSubstr("target: ")));
}

TEST_F(SearchSpecTest, CrossValidatingTheWinnerOnTheRowsThatChoseIt_IsWarnedAbout) {
  v1::TrainingSpec spec = AutoSpec("species", {"majority", "logistic_regression"});
  spec.mutable_evaluation()->set_method(v1::EvaluationPlan::METHOD_CROSS_VALIDATION);
  SERIN_ASSERT_OK_AND_ASSIGN(const SearchResult found, Search(TestDataTable("iris.csv"), spec));
  EXPECT_THAT(found.warnings, ElementsAre(HasSubstr("the best of 6 candidates on the rows that "
                                                    "they were chosen by")));
}

TEST_F(SearchSpecTest, FinishBeforeAnythingWasFound_IsCancelled) {
  finish_ = true;
  EXPECT_THAT(Search(TestDataTable("iris.csv"), AutoSpec("species", {"majority"})),
              IsError(absl::StatusCode::kCancelled, HasSubstr("found nothing yet")));
}

}  // namespace
}  // namespace serin
