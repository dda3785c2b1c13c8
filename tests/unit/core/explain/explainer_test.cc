#include "core/explain/explainer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "core/base/status_macros.h"
#include "core/bundle/bundle.h"
#include "tests/testing/small_model.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using v1::ExplainResponse;

// x = 3 and c = red.
Table OneRow() {
  Table rows;
  rows.columns.push_back({.name = "x", .type = v1::COLUMN_TYPE_NUMBER, .numbers = {3}});
  rows.columns.push_back(
      {.name = "c", .type = v1::COLUMN_TYPE_CATEGORY, .codes = {0}, .dictionary = {"red"}});
  return rows;
}

absl::StatusOr<Explanations> Explain(const internal::v1::Bundle& bundle,
                                     const ExplainOptions& options = {}) {
  SERIN_ASSIGN_OR_RETURN(const auto predictor, Predictor::Create(bundle.predictor()));
  SERIN_ASSIGN_OR_RETURN(const auto explainer, Explainer::Create(bundle));
  return explainer->Explain(*predictor, OneRow(), options);
}

internal::v1::Bundle TreeBundle() {
  internal::v1::Bundle bundle = SmallBundle();
  *bundle.mutable_predictor() = SmallTreeModel();
  for (internal::v1::Tree& tree : *bundle.mutable_predictor()->mutable_trees()->mutable_trees()) {
    for (const float cover : {4, 1, 3}) tree.add_covers(cover);
  }
  return bundle;
}

TEST(ExplainerTest, LinearModelsAreExact_AndOneHotInputsAreOneFeature) {
  internal::v1::Bundle bundle = SmallBundle();
  for (const double mean : {1.0, 0.25, 0.75}) bundle.mutable_profile()->add_input_means(mean);
  SERIN_ASSERT_OK_AND_ASSIGN(const Explanations explained, Explain(bundle));
  EXPECT_EQ(explained.method, ExplainResponse::METHOD_LINEAR);
  EXPECT_EQ(explained.scale, ExplainResponse::SCALE_VALUE);
  EXPECT_THAT(explained.bases, ElementsAre(0.5 + 2 + 2.5 + 15));
  // x: 2 * (2 - 1); c: 10 * (0 - 0.25) + 20 * (1 - 0.75).
  EXPECT_THAT(explained.contributions, ElementsAre(2, 2.5));
  EXPECT_THAT(explained.scores, ElementsAre(24.5));
  EXPECT_THAT(explained.predictions.values, ElementsAre(24.5));
  EXPECT_THAT(explained.errors, IsEmpty());
}

TEST(ExplainerTest, LinearModelsWithoutProfile_AreSampled) {
  SERIN_ASSERT_OK_AND_ASSIGN(const Explanations explained, Explain(SmallBundle(), {.samples = 10}));
  EXPECT_EQ(explained.method, ExplainResponse::METHOD_SAMPLED);
  EXPECT_EQ(explained.scale, ExplainResponse::SCALE_VALUE);
  // The background are the golden rows, of which one has no x.
  EXPECT_THAT(explained.bases, ElementsAre(17.5));
  EXPECT_THAT(explained.contributions, ElementsAre(DoubleNear(2, 1e-9), DoubleNear(5, 1e-9)));
  EXPECT_EQ(explained.errors.size(), 2u);
}

TEST(ExplainerTest, TreesAreExact_OnTheScaleOfTheirSums) {
  SERIN_ASSERT_OK_AND_ASSIGN(const Explanations explained, Explain(TreeBundle()));
  EXPECT_EQ(explained.method, ExplainResponse::METHOD_TREE_SHAP);
  EXPECT_EQ(explained.scale, ExplainResponse::SCALE_LOG_ODDS);
  EXPECT_THAT(explained.bases, ElementsAre(0.5 + 0.375));
  EXPECT_THAT(explained.contributions,
              ElementsAre(DoubleNear(-1.5, 1e-12), DoubleNear(0.125, 1e-12)));
  EXPECT_THAT(explained.scores, ElementsAre(-0.5));

  internal::v1::Bundle forest = TreeBundle();
  forest.mutable_predictor()->mutable_trees()->set_link(
      internal::v1::TreeEnsemble::LINK_PROBABILITY);
  EXPECT_EQ(Explain(forest)->scale, ExplainResponse::SCALE_PROBABILITY);
}

TEST(ExplainerTest, TreesWithoutCovers_AsOfOldBundles_AreSampledOnProbabilities) {
  internal::v1::Bundle bundle = TreeBundle();
  for (internal::v1::Tree& tree : *bundle.mutable_predictor()->mutable_trees()->mutable_trees()) {
    tree.clear_covers();
  }
  SERIN_ASSERT_OK_AND_ASSIGN(const Explanations explained, Explain(bundle));
  EXPECT_EQ(explained.method, ExplainResponse::METHOD_SAMPLED);
  EXPECT_EQ(explained.scale, ExplainResponse::SCALE_PROBABILITY);
  EXPECT_THAT(explained.scores, ElementsAre(explained.predictions.values[1]));
}

TEST(ExplainerTest, ProfileOfOtherInputs_IsRefused) {
  internal::v1::Bundle bundle = SmallBundle();
  bundle.mutable_profile()->add_input_means(1);
  EXPECT_THAT(Explainer::Create(bundle).status(),
              IsError(absl::StatusCode::kInvalidArgument, "profile: 1 means for 3 inputs"));
}

TEST(ExplainerTest, MoreSamplesThanMayBeAskedFor_AreRefused_SayingHowMany) {
  EXPECT_THAT(Explain(SmallBundle(), {.samples = 10'000'001}),
              IsError(absl::StatusCode::kInvalidArgument,
                      HasSubstr("samples: must be at most 10000000 for 1 rows of 2 features")));
}

TEST(ExplainerTest, CanBeStopped) {
  EXPECT_THAT(Explain(TreeBundle(), {.stop = [] { return true; }}),
              IsError(absl::StatusCode::kCancelled, HasSubstr("stopped")));
}

TEST(ExplainerTest, RowsThatThePredictorRefuses_AreRefused) {
  const auto predictor = Predictor::Create(SmallBundle().predictor()).value();
  const auto explainer = Explainer::Create(SmallBundle()).value();
  EXPECT_THAT(explainer->Explain(*predictor, Table(), {}),
              IsError(absl::StatusCode::kInvalidArgument, HasSubstr("takes 2 columns")));
}

TEST(ExplainerTest, MoreRowsThanAnAnswerHolds_AreRefused_SayingHowMany) {
  Table rows = OneRow();
  rows.columns[0].numbers.resize(262'145, 1);
  rows.columns[1].codes.resize(262'145, 0);
  const auto predictor = Predictor::Create(SmallBundle().predictor()).value();
  const auto explainer = Explainer::Create(SmallBundle()).value();
  EXPECT_THAT(explainer->Explain(*predictor, rows, {}),
              IsError(absl::StatusCode::kInvalidArgument,
                      HasSubstr("rows: must be at most 262144, as an answer has 4 numbers of each, "
                                "are 262145")));
}

// A few bytes, of which the exact way would make gigabytes.
TEST(ExplainerTest, ManyClassesOfManyFeatures_AreNotExplainedExactly) {
  constexpr int kFeatures = 4096;
  constexpr int kClasses = 2000;
  internal::v1::Bundle bundle;
  internal::v1::Predictor& model = *bundle.mutable_predictor();
  model.set_task(v1::TASK_CLASSIFICATION);
  model.mutable_target()->set_name("y");
  Table rows;
  for (int i = 0; i < kFeatures; ++i) {
    v1::ColumnSchema& column = *model.mutable_features()->add_columns();
    column.set_name(std::to_string(i));
    column.set_type(v1::COLUMN_TYPE_NUMBER);
    model.mutable_pipeline()->add_columns()->mutable_numeric()->set_scale(1);
    rows.columns.push_back({.name = column.name(), .type = column.type(), .numbers = {1}});
  }
  for (int i = 0; i < kClasses; ++i) {
    model.add_classes(std::to_string(i));
    model.mutable_constant()->add_scores(0);
  }
  SERIN_ASSERT_OK_AND_ASSIGN(const auto predictor, Predictor::Create(model));
  SERIN_ASSERT_OK_AND_ASSIGN(const auto explainer, Explainer::Create(bundle));
  // 16,384,000: with errors, which only samples have.
  EXPECT_THAT(explainer->Explain(*predictor, rows, {}),
              IsError(absl::StatusCode::kInvalidArgument,
                      HasSubstr("an answer has 16384000 numbers of each")));
}

}  // namespace
}  // namespace serin
