#include <fstream>
#include <sstream>
#include <string>

#include "core/bundle/bundle.h"
#include "tests/testing/read_table.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

// Files written by Serin 0.1.0 and later, of models of iris. Their golden rows say what they have
// to answer. Never change them: add new ones.
constexpr const char* kBundles[] = {"v1_linear.bundle", "v1_trees.bundle"};

std::string ReadBundle(const std::string& name) {
  const std::ifstream file(SERIN_TEST_DATA_DIR "/bundles/" + name, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

class CompatibilityTest : public ::testing::TestWithParam<const char*> {};

TEST_P(CompatibilityTest, AnOldBundleStillLoadsAndAnswersTheSame) {
  SERIN_ASSERT_OK_AND_ASSIGN(const internal::v1::Bundle bundle,
                             DecodeBundle(ReadBundle(GetParam())));
  EXPECT_GT(bundle.golden_rows().outputs_size(), 16);
  EXPECT_THAT(LoadPredictor(bundle), IsOk());
}

TEST_P(CompatibilityTest, AnOldBundleWrittenAgainHasTheSameBytes) {
  const std::string bytes = ReadBundle(GetParam());
  SERIN_ASSERT_OK_AND_ASSIGN(const internal::v1::Bundle bundle, DecodeBundle(bytes));
  EXPECT_EQ(*EncodeBundle(bundle), bytes);
}

INSTANTIATE_TEST_SUITE_P(All, CompatibilityTest, ::testing::ValuesIn(kBundles));

TEST(OldBundleTest, AnswersWhatItsSerinAnswered) {
  SERIN_ASSERT_OK_AND_ASSIGN(const internal::v1::Bundle bundle,
                             DecodeBundle(ReadBundle("v1_linear.bundle")));
  SERIN_ASSERT_OK_AND_ASSIGN(const auto predictor, LoadPredictor(bundle));
  const Table rows = TableOf(
      "sepal_length,sepal_width,petal_length,petal_width\n5.1,3.5,1.4,0.2\n6.9,3.1,5.4,2.1\n");

  SERIN_ASSERT_OK_AND_ASSIGN(const Scores scores, predictor->Score(rows));

  EXPECT_THAT(predictor->model().classes(),
              ::testing::ElementsAre("setosa", "versicolor", "virginica"));
  EXPECT_THAT(scores.values, ::testing::ElementsAre(0.98089259909181858, 0.019107118935331728,
                                                    2.8197284963175358e-07, 0.00014106019645351468,
                                                    0.10119243984976253, 0.89866649995378389));
}

}  // namespace
}  // namespace serin
