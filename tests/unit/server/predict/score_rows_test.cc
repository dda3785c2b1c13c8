#include "server/predict/score_rows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "core/base/clock.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using ::testing::HasSubstr;

// A number `x`, and so many classes.
std::shared_ptr<const LoadedModel> ModelOfClasses(int count) {
  internal::v1::Predictor model;
  model.set_task(v1::TASK_CLASSIFICATION);
  model.mutable_target()->set_name("y");
  v1::ColumnSchema& column = *model.mutable_features()->add_columns();
  column.set_name("x");
  column.set_type(v1::COLUMN_TYPE_NUMBER);
  model.mutable_pipeline()->add_columns()->mutable_numeric()->set_scale(1);
  for (int i = 0; i < count; ++i) {
    model.add_classes(std::to_string(i));
    model.mutable_constant()->add_scores(0);
  }
  return std::make_shared<const LoadedModel>("default", "m", 1, Predictor::Create(model).value(),
                                             nullptr, nullptr, nullptr);
}

Table Rows(size_t count) {
  Table rows;
  rows.columns.push_back({.name = "x", .type = v1::COLUMN_TYPE_NUMBER});
  rows.columns[0].numbers.resize(count, 1);
  return rows;
}

TEST(ScoreRowsTest, RowsWhoseAnswerWouldFillTheMemory_AreRefused_SayingHowManyMayBeAsked) {
  IdGenerator ids(Clock::Real());
  const auto model = ModelOfClasses(10'000);
  EXPECT_THAT(ScoreRows(*model, Rows(10), &ids), IsOk());
  EXPECT_THAT(ScoreRows(*model, Rows(3356), &ids),
              IsError(absl::StatusCode::kInvalidArgument,
                      HasSubstr("at most 3355 rows, as each is answered with 10000 numbers, has "
                                "3356")));
}

}  // namespace
}  // namespace serin
