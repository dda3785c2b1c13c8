#include "core/bundle/difference.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace serin {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

internal::v1::Bundle SomeBundle() {
  internal::v1::Bundle bundle;
  bundle.mutable_lineage()->set_dataset_sha256("ab");
  bundle.mutable_lineage()->set_serin_version("1.0");
  bundle.mutable_lineage()->mutable_spec()->set_seed(1);
  internal::v1::Predictor& predictor = *bundle.mutable_predictor();
  predictor.set_task(v1::TASK_REGRESSION);
  predictor.mutable_pipeline()->add_columns()->mutable_numeric()->set_scale(1);
  predictor.mutable_trees()->add_trees()->add_thresholds(1);
  predictor.mutable_trees()->mutable_trees(0)->add_thresholds(2);
  bundle.mutable_golden_rows()->add_outputs(0);
  bundle.mutable_evaluation()->mutable_regression()->set_rmse(3);
  bundle.add_warnings("odd");
  return bundle;
}

TEST(DescribeDifferencesTest, EqualBundlesHaveNone) {
  EXPECT_THAT(DescribeDifferences(SomeBundle(), SomeBundle()), IsEmpty());
}

TEST(DescribeDifferencesTest, NamesEachPartThatDiffers_AndWhereItFirstDoes) {
  internal::v1::Bundle other = SomeBundle();
  other.mutable_lineage()->set_dataset_sha256("cd");
  other.mutable_lineage()->set_serin_version("1.1");
  other.mutable_lineage()->mutable_spec()->set_seed(2);
  other.mutable_predictor()->add_classes("a");
  other.mutable_predictor()->mutable_pipeline()->mutable_columns(0)->mutable_numeric()->set_scale(
      2);
  other.mutable_predictor()->mutable_trees()->mutable_trees(0)->set_thresholds(1, 2.5);
  other.mutable_golden_rows()->set_outputs(0, 1);
  other.mutable_evaluation()->mutable_regression()->set_rmse(4);
  other.mutable_evaluation()->mutable_regression()->set_mae(4);
  other.clear_warnings();
  EXPECT_THAT(
      DescribeDifferences(SomeBundle(), other),
      ElementsAre("the dataset's SHA-256 was 'ab', is 'cd'", "Serin's version was '1.0', is '1.1'",
                  "the specification: first in seed", "the schema: first in classes[0]",
                  "the pipeline: first in columns[0].numeric.scale",
                  "the estimator: first in trees.trees[0].thresholds[1]",
                  "the golden rows: first in outputs[0]",
                  "the evaluation: first in regression.rmse",
                  "the warnings: first in warnings[0]"));
}

TEST(DescribeDifferencesTest, ASignOfZeroIsADifferenceOfBytes) {
  internal::v1::Bundle other = SomeBundle();
  other.mutable_golden_rows()->set_outputs(0, -0.0);
  EXPECT_THAT(DescribeDifferences(SomeBundle(), other),
              ElementsAre("the golden rows: first in the sign of a zero"));
}

}  // namespace
}  // namespace serin
