// A dataset is looked at, asked and cleaned with the real `serin`.

#include <gmock/gmock.h>

#include "tests/integration/serin_fixture.h"

namespace serin {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

using DatasetQuestionsTest = SerinFixture;

TEST_F(DatasetQuestionsTest, Profile_IsALineForEachColumn) {
  ASSERT_THAT(Serin({"dataset", "upload", "iris", SERIN_TEST_DATA_DIR "/iris.csv"}).exit_code, 0);
  const ProgramResult profile = Serin({"dataset", "profile", "iris", "--target", "species"});
  EXPECT_EQ(profile.exit_code, 0) << profile.errors;
  EXPECT_THAT(profile.output, AllOf(StartsWith("datasets/iris/versions/1: 150 rows, 5 columns"),
                                    HasSubstr("sepal_length  number        0 %        35"),
                                    HasSubstr("setosa 33 %, versicolor 33 %, virginica 33 %"),
                                    HasSubstr("ASSOCIATION")));
}

TEST_F(DatasetQuestionsTest, Query_AnswersTheQuestionOfTheReadme) {
  ASSERT_EQ(Serin({"dataset", "upload", "flowers", SERIN_TEST_DATA_DIR "/iris.csv"}).exit_code, 0);
  const ProgramResult answer =
      Serin({"dataset", "query",
             "select species, round(avg(petal_length), 3) mean, count(*) n from flowers group by "
             "species order by species",
             "--output", "csv"});
  EXPECT_EQ(answer.exit_code, 0) << answer.errors;
  EXPECT_EQ(answer.output,
            "species,mean,n\nsetosa,1.462,50\nversicolor,4.26,50\nvirginica,5.552,50\n");
  EXPECT_EQ(Serin({"dataset", "query", "select count(*) n from \"flowers@1\" where species = ?1",
                   "--param", "setosa", "--output", "json"})
                .output,
            "{\"n\":50}\n");
  const ProgramResult wrong = Serin({"dataset", "query", "drop table flowers"});
  EXPECT_EQ(wrong.exit_code, 1);
  EXPECT_THAT(wrong.errors, HasSubstr("sql: "));
}

TEST_F(DatasetQuestionsTest, Transform_MakesAVersionThatSaysHowItWasMade) {
  ASSERT_EQ(Serin({"dataset", "upload", "air", SERIN_TEST_DATA_DIR "/airquality.csv"}).exit_code,
            0);
  const ProgramResult made = Serin({"dataset", "transform", "air", "--into", "clean", "--step",
                                    "fill_missing ozone,solar_radiation strategy=median", "--step",
                                    "filter temperature > 60"});
  ASSERT_EQ(made.exit_code, 0) << made.errors;
  EXPECT_THAT(made.output,
              AllOf(StartsWith("datasets/clean/versions/1\n"), HasSubstr("datasets/air/versions/1"),
                    HasSubstr("fill_missing columns=ozone,solar_radiation strategy=median"),
                    HasSubstr("filter temperature > 60")));
  EXPECT_EQ(Serin({"dataset", "query",
                   "select count(*) - count(ozone) missing, min(temperature) > 60 ok from clean",
                   "--output", "csv"})
                .output,
            "missing,ok\n0,1\n");
  const ProgramResult wrong =
      Serin({"dataset", "transform", "air", "--step", "drop month", "--step", "log temprature"});
  EXPECT_EQ(wrong.exit_code, 1);
  EXPECT_THAT(wrong.errors, AllOf(HasSubstr("steps[1]"), HasSubstr("temprature")));
}

}  // namespace
}  // namespace serin
