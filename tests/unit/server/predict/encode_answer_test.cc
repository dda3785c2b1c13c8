#include "server/predict/encode_answer.h"

#include <string>

#include "server/predict/encode_scores.h"
#include "tests/testing/status_matchers.h"
#include "tests/unit/server/predict/served_models.h"

namespace serin {
namespace {

class EncodeAnswerTest : public testing::Test {
 protected:
  void Serve(const internal::v1::Bundle& bundle) {
    ASSERT_TRUE(models_.Serve({bundle}));
    model_ = models_.host()->Find("default", "flower", 1).value();
  }

  // Scores rows of `width`, and of `color` by code of these.
  void Score(std::vector<double> widths, std::vector<int32_t> colors,
             std::vector<std::string> names = {"red", "blue"}) {
    memory_.scratch.rows.columns = {
        {.name = "width", .type = v1::COLUMN_TYPE_NUMBER, .numbers = std::move(widths)},
        {.name = "color",
         .type = v1::COLUMN_TYPE_CATEGORY,
         .codes = std::move(colors),
         .dictionary = std::move(names)}};
    memory_.scratch.scored.prediction_id = "01m7y2bf8fhc6v1vfme6nkwwzn";
    ASSERT_THAT(model_->predictor->Score(memory_.scratch.rows, &memory_.scratch.scoring,
                                         &memory_.scratch.scored.scores),
                IsOk());
  }

  // What protobuf makes of the same answer.
  std::string Serialized() {
    v1::PredictResponse response;
    EncodeScores(model_->predictor->model(), memory_.scratch.scored.scores, &response);
    response.set_prediction_id(memory_.scratch.scored.prediction_id);
    response.set_model_version(model_->name);
    return response.SerializeAsString();
  }

  ServedModels models_;
  std::shared_ptr<const LoadedModel> model_;
  CallMemory memory_;
};

TEST_F(EncodeAnswerTest, Values_AreThoseOfTheMessage_AlsoZeros) {
  Serve(TinyRegressor());
  Score({0, -2.5, 1e300}, {1, 0, -1});
  ASSERT_THAT(EncodeAnswer(*model_, &memory_), IsOk());
  EXPECT_EQ(memory_.answer, Serialized());
}

TEST_F(EncodeAnswerTest, Classes_AreThoseOfTheMessage) {
  Serve(TinyClassifier());
  Score({3, -3, 0}, {0, -1, 1});
  ASSERT_THAT(EncodeAnswer(*model_, &memory_), IsOk());
  EXPECT_EQ(memory_.answer, Serialized());
}

TEST_F(EncodeAnswerTest, UnseenCategories_AreThoseOfTheMessage) {
  Serve(TinyClassifier());
  Score({3, -3}, {0, 2}, {"red", "blue", "puce"});
  ASSERT_THAT(EncodeAnswer(*model_, &memory_), IsOk());
  EXPECT_EQ(memory_.answer, Serialized());
  v1::PredictResponse response;
  ASSERT_TRUE(response.ParseFromString(memory_.answer));
  EXPECT_THAT(response.predictions(1).unseen_categories(), testing::ElementsAre("color"));
}

TEST_F(EncodeAnswerTest, MemoryOfAnEarlierAnswer_IsUsedAgain) {
  Serve(TinyClassifier());
  Score({1, 2, 3, 4}, {0, 0, 0, 0});
  ASSERT_THAT(EncodeAnswer(*model_, &memory_), IsOk());
  const char* const before = memory_.answer.data();
  Score({1}, {0});
  ASSERT_THAT(EncodeAnswer(*model_, &memory_), IsOk());
  EXPECT_EQ(memory_.answer, Serialized());
  EXPECT_EQ(memory_.answer.data(), before);
}

}  // namespace
}  // namespace serin
