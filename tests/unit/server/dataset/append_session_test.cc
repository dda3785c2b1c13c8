#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "server/dataset/append_session.h"
#include "tests/unit/server/dataset/live_dataset_fixture.h"

namespace serin {
namespace {

using ::testing::ElementsAre;
using ::testing::Eq;
using ::testing::HasSubstr;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

// Calls of AppendRows, message by message.
class AppendSessionTest : public LiveDatasetTest {
 protected:
  absl::StatusOr<v1::AppendRowsResponse> Send(const std::vector<std::string>& messages,
                                              const AppendLimits& limits = AppendLimits()) {
    AppendSession session(live_.get(), &budget_, limits, kProject);
    for (const std::string& text : messages) {
      v1::AppendRowsRequest message;
      EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
      if (const absl::Status taken = session.Take(message); !taken.ok()) return taken;
    }
    return session.Finish(Never);
  }

  AppendBudget budget_{1 << 20};
  const std::string kSpec =
      "spec { dataset: 'datasets/log' schema { columns { name: 'n' type: COLUMN_TYPE_INTEGER } "
      "columns { name: 'c' type: COLUMN_TYPE_CATEGORY } } }";
};

TEST_F(AppendSessionTest, ColumnsComeInAnyOrder_AndThoseThatAreNotThereAreMissing) {
  SERIN_ASSERT_OK_AND_ASSIGN(
      const auto response, Send({kSpec,
                                 "rows { columns { name: 'c' strings { values: ['even', 'odd'] } } "
                                 "columns { name: 'n' integers { values: [0, 1] } } }",
                                 "rows { row_count: 1 }"}));
  EXPECT_EQ(response.row_count(), 3);
  const auto table = Open();
  SERIN_ASSERT_OK_AND_ASSIGN(const auto cursor, table->Read({.columns = {0, 1}}));
  SERIN_ASSERT_OK_AND_ASSIGN(const TableBatch* const batch, cursor->Next());
  EXPECT_THAT(batch->table.columns[0].integers, ElementsAre(0, 1, ColumnData::kMissingInteger));
  EXPECT_TRUE(batch->table.columns[1].missing(2));
}

TEST_F(AppendSessionTest, WithoutRows_ItMakesTheDatasetOnly) {
  SERIN_ASSERT_OK_AND_ASSIGN(const auto response, Send({kSpec}));
  EXPECT_EQ(response.row_count(), 0);
  EXPECT_EQ(Open()->row_count(), 0);
  EXPECT_THAT(Send({"spec { dataset: 'log' }",
                    "rows { columns { name: 'n' integers { values: 0 } } "
                    "columns { name: 'c' strings { values: 'even' } } }"}),
              IsOk());
  EXPECT_THAT(Values(), ElementsAre(0));
}

TEST_F(AppendSessionTest, WhatDoesNotFit_IsAnErrorOfTheField_AndNothingIsAppended) {
  const auto error = [&](const std::string& rows) { return Send({kSpec, rows}).status(); };
  EXPECT_THAT(error("rows {}"), IsError(kInvalid, Eq("rows.row_count: must be at least 1, is 0")));
  EXPECT_THAT(
      error("rows { columns { name: 'x' integers { values: 1 } } }"),
      IsError(kInvalid, HasSubstr("rows.columns[0].name: must be a column of the dataset, is "
                                  "'x'; there are n, c")));
  EXPECT_THAT(error("rows { columns { name: 'n' strings { values: '1' } } }"),
              IsError(kInvalid, HasSubstr("rows.columns[0].strings: ")));
  EXPECT_THAT(
      error("rows { row_count: 2 columns { name: 'n' integers { values: 1 } } }"),
      IsError(kInvalid, HasSubstr("rows.columns[0].integers: must have one value per row")));
  EXPECT_THAT(error("rows { columns { name: 'n' integers { values: 1 } } columns { name: 'n' "
                    "integers { values: 1 } } }"),
              IsError(kInvalid, HasSubstr("rows.columns[1].name: must be unique")));
  EXPECT_THAT(error("spec { dataset: 'log' }"), IsError(kInvalid, HasSubstr("rows: must be set")));
  EXPECT_THAT(Send({"rows { row_count: 1 }"}), IsError(kInvalid, HasSubstr("spec: must be set")));
  EXPECT_THAT(Send({}), IsError(kInvalid, HasSubstr("spec: must be set")));
  EXPECT_EQ(CountKeys(), 0);
}

TEST_F(AppendSessionTest, ASpecificationThatIsNone_IsAnError) {
  EXPECT_THAT(Send({"spec { dataset: 'log' }"}),
              IsError(kInvalid, Eq("spec.schema: is required for a dataset that is new")));
  EXPECT_THAT(Send({"spec { dataset: 'log' schema { columns { name: 'n' } } }"}),
              IsError(kInvalid, Eq("spec.schema.columns[0].type: is required")));
  EXPECT_THAT(Send({"spec { dataset: 'log' retention { max_rows: -1 } }"}),
              IsError(kInvalid, Eq("spec.retention.max_rows: must not be negative, is -1")));
  ASSERT_THAT(Send({kSpec}), IsOk());
  EXPECT_THAT(
      Send({"spec { dataset: 'log' schema { columns { name: 'n' type: COLUMN_TYPE_TEXT } } }"}),
      IsError(kInvalid, HasSubstr("spec.schema: must equal that of the dataset")));
}

TEST_F(AppendSessionTest, FewerRowsThanWereAnnounced_AreNotAppended) {
  const auto spec = [](int rows) {
    return absl::StrCat(
        "spec { dataset: 'log' schema { columns { name: 'n' type: COLUMN_TYPE_INTEGER } } "
        "row_count: ",
        rows, " }");
  };
  EXPECT_THAT(Send({spec(3), "rows { row_count: 2 }"}),
              IsError(kInvalid, Eq("spec.row_count: must be the number of rows, is 3; the stream "
                                   "ended after 2")));
  EXPECT_THAT(Send({spec(-1)}), IsError(kInvalid, HasSubstr("spec.row_count: must not be neg")));
  EXPECT_EQ(CountKeys(), 0);
  EXPECT_THAT(Send({spec(2), "rows { row_count: 2 }"}), IsOk());
}

TEST_F(AppendSessionTest, AllThatAreUnderWay_HoldNoMoreThanTheBudget) {
  const auto take = [&](AppendSession& session, const std::string& text) {
    v1::AppendRowsRequest message;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
    return session.Take(message);
  };
  auto first = std::make_unique<AppendSession>(live_.get(), &budget_, AppendLimits(), kProject);
  ASSERT_THAT(take(*first, kSpec), IsOk());
  // A few bytes, that stand for 40,000 rows of two columns.
  ASSERT_THAT(take(*first, "rows { row_count: 40000 }"), IsOk());
  AppendSession second(live_.get(), &budget_, AppendLimits(), kProject);
  ASSERT_THAT(take(second, kSpec), IsOk());
  const absl::Status refused = take(second, "rows { row_count: 40000 }");
  EXPECT_THAT(refused, IsError(absl::StatusCode::kResourceExhausted, HasSubstr("as it can")));
  EXPECT_EQ(ReasonOf(refused), "OVERLOADED");
  first.reset();
  EXPECT_THAT(Send({kSpec, "rows { row_count: 40000 }"}), IsOk());
}

TEST_F(AppendSessionTest, MoreThanTheLimits_AreRefused) {
  constexpr auto kExhausted = absl::StatusCode::kResourceExhausted;
  EXPECT_THAT(Send({kSpec, "rows { row_count: 2 }", "rows { row_count: 2 }"}, {.max_rows = 3}),
              IsError(kExhausted, HasSubstr("at most 3 rows")));
  EXPECT_THAT(Send({kSpec, "rows { row_count: 4 }"}, {.max_values = 7}),
              IsError(kExhausted, HasSubstr("at most 7 values")));
  EXPECT_THAT(Send({kSpec, "rows { row_count: 4 }"}, {.max_bytes = 2}),
              IsError(kExhausted, HasSubstr("one call must append at most")));
  EXPECT_EQ(CountKeys(), 0);
}

}  // namespace
}  // namespace serin
