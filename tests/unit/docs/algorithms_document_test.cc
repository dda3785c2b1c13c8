#include "docs/generate/algorithms_document.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "core/learn/algorithms.h"

namespace serin {
namespace {

using ::testing::EndsWith;

TEST(AlgorithmsDocumentTest, ThePageIsWhatListAlgorithmsAnswers) {
  std::ostringstream page;
  page << std::ifstream(SERIN_SOURCE_DIR "/docs/algorithms.md").rdbuf();
  EXPECT_EQ(page.str(), AlgorithmsDocument(ListAlgorithms()))
      << "docs/algorithms.md is stale; scripts/docs writes it";
}

TEST(AlgorithmsDocumentTest, SaysOfEachHyperparameterWhatThereIsToKnow) {
  v1::Algorithm algorithm;
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(
      R"pb(
        name: "guess"
        description: "Guesses."
        tasks: [ TASK_CLASSIFICATION, TASK_REGRESSION ]
        preprocessing: "Nothing."
        reference: "Nobody 1900."
        hyperparameters {
          name: "rate"
          description: "How often | or not."
          type: TYPE_NUMBER
          default_value { number_value: 0.1 }
          max: 1
          min_exclusive: true
          search { min: 0.01 max: 1 logarithmic: true }
        }
        hyperparameters {
          name: "weights"
          description: "Of classes."
          type: TYPE_NUMBER_MAP
          keys: KEYS_CLASSES
          default_value { struct_value {} }
          max: 10
        }
      )pb",
      &algorithm));
  EXPECT_THAT(
      AlgorithmsDocument({algorithm}),
      EndsWith("## guess\n\nGuesses.\n\n- Predicts: classification and regression\n"
               "- Features: Nothing.\n- Reference: Nobody 1900.\n\n"
               "| hyperparameter | default | values | search | what it does |\n"
               "|---|---|---|---|---|\n"
               "| `rate` | 0.1 | above 0 to 1 | 0.01 to 1, logarithmic | How often \\| or not. |\n"
               "| `weights` | {} | by class, 0 to 10 |  | Of classes. |\n"));
}

}  // namespace
}  // namespace serin
