#include "core/table/segment.h"

#include <limits>
#include <string>

#include "core/table/table_appender.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using ::testing::ElementsAre;

Table Rows() {
  const double missing = std::numeric_limits<double>::quiet_NaN();
  return Table{{
      {.name = "n", .type = v1::COLUMN_TYPE_NUMBER, .numbers = {2, missing, -1.5}},
      {.name = "i", .type = v1::COLUMN_TYPE_INTEGER, .integers = {7, 9, 8}},
      {.name = "c",
       .type = v1::COLUMN_TYPE_CATEGORY,
       .codes = {1, -1, 1},
       .dictionary = {"p", "q"}},
      {.name = "e", .type = v1::COLUMN_TYPE_NUMBER, .numbers = {missing, missing, missing}},
  }};
}

bool Matches(ColumnPredicate predicate) {
  return MayMatch(EncodeSegment(Rows(), 0, 3).statistics, {predicate});
}

TEST(SegmentTest, Statistics_HaveWhatTheRowsHave) {
  const auto statistics = EncodeSegment(Rows(), 0, 3).statistics;
  ASSERT_EQ(statistics.columns_size(), 4);
  EXPECT_EQ(statistics.columns(0).missing(), 1);
  EXPECT_EQ(statistics.columns(0).min(), -1.5);
  EXPECT_EQ(statistics.columns(0).max(), 2);
  EXPECT_EQ(statistics.columns(1).min(), 7);
  EXPECT_THAT(statistics.columns(2).strings(), ElementsAre("q"));
  EXPECT_FALSE(statistics.columns(3).has_min());
}

TEST(SegmentTest, Predicates_RuleOutWhatCannotMatch) {
  EXPECT_TRUE(Matches({.column = 0, .min = 2}));
  EXPECT_FALSE(Matches({.column = 0, .min = 2.5}));
  EXPECT_TRUE(Matches({.column = 0, .max = -1.5}));
  EXPECT_FALSE(Matches({.column = 0, .max = -2}));
  EXPECT_TRUE(Matches({.column = 1, .min = 8, .max = 8}));
  EXPECT_TRUE(Matches({.column = 2, .equals = "q"}));
  EXPECT_FALSE(Matches({.column = 2, .equals = "p"}));
}

TEST(SegmentTest, ManyStrings_RuleOutNothing) {
  ColumnData column{.name = "s", .type = v1::COLUMN_TYPE_TEXT};
  for (int i = 0; i < 100; ++i) {
    column.codes.push_back(i);
    column.dictionary.push_back(std::to_string(i));
  }
  const auto statistics = EncodeSegment(Table{{column}}, 0, 100).statistics;
  EXPECT_FALSE(statistics.columns(0).strings_complete());
  EXPECT_TRUE(MayMatch(statistics, {{.column = 0, .equals = "x"}}));
}

TEST(SegmentTest, Rows_AreCutByNumberAndByBytes) {
  ColumnData numbers{.name = "n", .type = v1::COLUMN_TYPE_NUMBER};
  numbers.numbers.resize(2 * kMaxSegmentRows + 1);
  EXPECT_THAT(SegmentEnds(Table{{numbers}}),
              ElementsAre(kMaxSegmentRows, 2 * kMaxSegmentRows, 2 * kMaxSegmentRows + 1));
  const ColumnData large{.name = "s",
                         .type = v1::COLUMN_TYPE_TEXT,
                         .codes = {0, 0, 0},
                         .dictionary = {std::string(5 << 20, 'x')}};
  EXPECT_THAT(SegmentEnds(Table{{large}}), ElementsAre(1, 2, 3));
  EXPECT_FALSE(MakesASegment(Rows()));
  numbers.numbers.resize(kMaxSegmentRows);
  EXPECT_TRUE(MakesASegment(Table{{numbers}}));
}

TEST(TableAppenderTest, Tables_BecomeOne_AndSoDoTheirDictionaries) {
  TableAppender appender;
  appender.Append(Rows(), 1, 3);
  Table more = Rows();
  more.columns[2].dictionary = {"q", "r"};
  appender.Append(more, 0, 1);
  const Table table = appender.Take();
  EXPECT_THAT(table.columns[1].integers, ElementsAre(9, 8, 7));
  EXPECT_THAT(table.columns[2].codes, ElementsAre(-1, 0, 1));
  EXPECT_THAT(table.columns[2].dictionary, ElementsAre("q", "r"));
  EXPECT_EQ(appender.table().row_count(), 0u);
}

}  // namespace
}  // namespace serin
