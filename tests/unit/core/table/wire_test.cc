#include "core/table/wire.h"

#include <cmath>
#include <limits>

#include "core/table/schema.h"
#include "core/table/value_parser.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using ::testing::ElementsAre;
using ::testing::Eq;
using ::testing::HasSubstr;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

ColumnData Empty(v1::ColumnType type) { return ColumnData{.name = "x", .type = type}; }

// One column of every type, three rows, the second missing.
Table EveryType() {
  Table table;
  table.columns = {
      {.name = "n", .type = v1::COLUMN_TYPE_NUMBER, .numbers = {1.5, kMissing, -2}},
      {.name = "b", .type = v1::COLUMN_TYPE_BOOLEAN, .numbers = {1, kMissing, 0}},
      {.name = "t", .type = v1::COLUMN_TYPE_TIMESTAMP, .numbers = {0, kMissing, 60}},
      {.name = "c",
       .type = v1::COLUMN_TYPE_CATEGORY,
       .codes = {1, -1, 0},
       .dictionary = {"p", "q"}},
      {.name = "s", .type = v1::COLUMN_TYPE_TEXT, .codes = {0, -1, 0}, .dictionary = {"long"}},
  };
  return table;
}

void ExpectSame(const ColumnData& a, const ColumnData& b) {
  ASSERT_EQ(a.size(), b.size());
  EXPECT_EQ(a.name, b.name);
  for (size_t row = 0; row < a.size(); ++row) EXPECT_EQ(FormatValue(a, row), FormatValue(b, row));
}

TEST(WireTest, EveryTypeComesBack) {
  for (const ColumnData& column : EveryType().columns) {
    ColumnData back{.name = column.name, .type = column.type};
    const v1::Column wire = ToWire(column, 0, 3);
    EXPECT_THAT(wire.missing_rows(), ElementsAre(1));
    ASSERT_THAT(AppendWire(wire, 3, &back), IsOk());
    ExpectSame(column, back);
  }
}

TEST(WireTest, ARange_CountsItsMissingRowsFromItsBegin) {
  const v1::Column wire = ToWire(EveryType().columns[3], 1, 3);
  EXPECT_THAT(wire.missing_rows(), ElementsAre(0));
  EXPECT_THAT(wire.strings().values(), ElementsAre("", "p"));
  EXPECT_TRUE(ToWire(EveryType().columns[3], 1, 1).has_strings());
}

TEST(AppendWireTest, Appends_SharingTheDictionary) {
  ColumnData column = EveryType().columns[3];
  ASSERT_THAT(AppendWire(ToWire(column, 0, 3), 3, &column), IsOk());
  EXPECT_THAT(column.codes, ElementsAre(1, -1, 0, 1, -1, 0));
  EXPECT_THAT(column.dictionary, ElementsAre("p", "q"));
}

TEST(AppendWireTest, WithAnIndex_CallsShareTheDictionaryToo) {
  ColumnData column = {"s", v1::COLUMN_TYPE_TEXT, {}, {}, {}};
  DictionaryIndex index(&column.dictionary);
  v1::Column wire;
  for (const char* value : {"a", "ignored", "b"}) wire.mutable_strings()->add_values(value);
  wire.add_missing_rows(1);
  ASSERT_THAT(AppendWire(wire, 3, &column, &index), IsOk());
  wire.mutable_strings()->set_values(0, "c");
  ASSERT_THAT(AppendWire(wire, 3, &column, &index), IsOk());
  EXPECT_THAT(column.codes, ElementsAre(0, -1, 1, 2, -1, 1));
  EXPECT_THAT(column.dictionary, ElementsAre("a", "b", "c"));
}

TEST(AppendWireTest, MissingRows_AreThoseOfTheMessage) {
  ColumnData column = {"i", v1::COLUMN_TYPE_INTEGER, {}, {}, {}, {7}};
  v1::Column wire;
  for (const int value : {1, 2, 3}) wire.mutable_integers()->add_values(value);
  wire.add_missing_rows(0);
  wire.add_missing_rows(2);
  ASSERT_THAT(AppendWire(wire, 3, &column), IsOk());
  EXPECT_THAT(column.integers,
              ElementsAre(7, ColumnData::kMissingInteger, 2, ColumnData::kMissingInteger));
}

TEST(AppendWireTest, NaN_IsMissing_AndInfinityIsRefused) {
  v1::Column wire;
  wire.mutable_numbers()->add_values(kMissing);
  ColumnData column = Empty(v1::COLUMN_TYPE_NUMBER);
  ASSERT_THAT(AppendWire(wire, 1, &column), IsOk());
  EXPECT_TRUE(column.missing(0));
  wire.mutable_numbers()->add_values(std::numeric_limits<double>::infinity());
  EXPECT_THAT(AppendWire(wire, 2, &column),
              IsError(kInvalid, Eq("numbers: row 1 must be finite, is inf")));
  EXPECT_EQ(column.size(), 1u);
  wire.add_missing_rows(1);  // What stands in a missing row is ignored.
  EXPECT_THAT(AppendWire(wire, 2, &column), IsOk());
}

TEST(AppendWireTest, TheWrongKind_IsRefused_NamingTheRightOne) {
  v1::Column wire;
  ColumnData number = Empty(v1::COLUMN_TYPE_NUMBER);
  EXPECT_THAT(AppendWire(wire, 0, &number),
              IsError(kInvalid, Eq("numbers: is required for a number")));
  wire.mutable_strings()->add_values("1");
  EXPECT_THAT(AppendWire(wire, 1, &number),
              IsError(kInvalid, Eq("strings: must not be set for a number; numbers must")));
  ColumnData boolean = Empty(v1::COLUMN_TYPE_BOOLEAN);
  EXPECT_THAT(AppendWire(wire, 1, &boolean), IsError(kInvalid, HasSubstr("booleans must")));
}

TEST(AppendWireTest, WrongCountsAndRows_AreRefused) {
  v1::Column wire;
  ColumnData column = Empty(v1::COLUMN_TYPE_CATEGORY);
  wire.mutable_strings()->add_values("a");
  EXPECT_THAT(AppendWire(wire, 2, &column),
              IsError(kInvalid, Eq("strings: must have one value per row, has 1 for 2 rows")));
  wire.add_missing_rows(1);
  EXPECT_THAT(AppendWire(wire, 1, &column),
              IsError(kInvalid, HasSubstr("missing_rows: must be less than the number of rows")));
  wire.mutable_strings()->add_values("b");
  wire.add_missing_rows(0);
  EXPECT_THAT(AppendWire(wire, 2, &column),
              IsError(kInvalid, Eq("missing_rows: must be ascending, has 0 after 1")));
  EXPECT_EQ(column.size(), 0u);
}

TEST(AppendWireTest, TimestampsOutsideOfTheCalendar_AreRefused) {
  v1::Column wire;
  ColumnData column = Empty(v1::COLUMN_TYPE_TIMESTAMP);
  wire.mutable_numbers()->add_values(1e15);
  EXPECT_THAT(AppendWire(wire, 1, &column), IsError(kInvalid, HasSubstr("years 1 to 9999")));
}

TEST(SchemaTest, Validate_NamesTheField) {
  v1::Schema schema = SchemaOf(EveryType());
  EXPECT_THAT(ValidateSchema(schema), IsOk());
  EXPECT_EQ(FindColumn(schema, "t")->type(), v1::COLUMN_TYPE_TIMESTAMP);
  EXPECT_EQ(FindColumn(schema, "z"), nullptr);
  schema.mutable_columns(1)->set_name("n");
  EXPECT_THAT(ValidateSchema(schema),
              IsError(kInvalid, Eq("columns[1].name: must be unique, is 'n' like columns[0]")));
  schema.mutable_columns(1)->set_name("");
  EXPECT_THAT(ValidateSchema(schema), IsError(kInvalid, Eq("columns[1].name: is required")));
  schema.mutable_columns(1)->set_name(std::string(257, 'x'));
  EXPECT_THAT(ValidateSchema(schema), IsError(kInvalid, HasSubstr("at most 256 bytes, has 257")));
  schema.mutable_columns(0)->set_type(static_cast<v1::ColumnType>(99));
  EXPECT_THAT(ValidateSchema(schema), IsError(kInvalid, HasSubstr("columns[0].type: ")));
}

}  // namespace
}  // namespace serin
