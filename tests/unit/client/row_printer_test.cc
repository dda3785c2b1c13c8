#include "client/cli/row_printer.h"

#include <gtest/gtest.h>

#include <sstream>

#include "tests/unit/client/fake_server.h"

namespace serin {
namespace {

class RowPrinterTest : public testing::Test {
 protected:
  std::string Print(OutputFormat format, const std::vector<v1::ReadRowsResponse>& batches) {
    std::istringstream in;
    std::ostringstream out;
    const Console console{.in = in, .out = out, .err = out};
    RowPrinter printer(format, console);
    for (const auto& batch : batches) {
      EXPECT_TRUE(printer.Add(schema_, batch.row_count(), batch.columns()));
    }
    return out.str();
  }

  const v1::Schema schema_ = ParseText<v1::Schema>(R"pb(
    columns { name: "id" type: COLUMN_TYPE_INTEGER }
    columns { name: "at" type: COLUMN_TYPE_TIMESTAMP }
    columns { name: "note" type: COLUMN_TYPE_TEXT }
    columns { name: "ok" type: COLUMN_TYPE_BOOLEAN }
  )pb");
  const v1::ReadRowsResponse batch_ = ParseText<v1::ReadRowsResponse>(R"pb(
    row_count: 2
    columns {
      name: "id"
      integers { values: [ 9007199254740993, 0 ] }
      missing_rows: 1
    }
    columns {
      name: "at"
      numbers { values: [ 0.5, 1763712000 ] }
    }
    columns {
      name: "note"
      strings { values: [ "say \"no\", twice\nor not", " x" ] }
    }
    columns {
      name: "ok"
      booleans { values: [ true, false ] }
    }
  )pb");
};

TEST_F(RowPrinterTest, Csv_QuotesWhatHasToBeQuoted_AndHasOneHeader) {
  EXPECT_EQ(Print(OutputFormat::kCsv, {batch_, batch_}),
            "id,at,note,ok\n"
            "9007199254740993,1970-01-01T00:00:00.5Z,\"say \"\"no\"\", twice\nor not\",true\n"
            ",2025-11-21T08:00:00Z,\" x\",false\n"
            "9007199254740993,1970-01-01T00:00:00.5Z,\"say \"\"no\"\", twice\nor not\",true\n"
            ",2025-11-21T08:00:00Z,\" x\",false\n");
}

TEST_F(RowPrinterTest, Json_IsAnObjectALine_WithNullWhereMissing) {
  EXPECT_EQ(Print(OutputFormat::kJson, {batch_}),
            "{\"id\":9007199254740993,\"at\":\"1970-01-01T00:00:00.5Z\",\"note\":\"say \\\"no\\\", "
            "twice\\nor not\",\"ok\":true}\n"
            "{\"id\":null,\"at\":\"2025-11-21T08:00:00Z\",\"note\":\" x\",\"ok\":false}\n");
}

TEST_F(RowPrinterTest, Table_GoesOnInLaterBatches_WithTheWidthsOfTheFirst) {
  v1::ReadRowsResponse narrow;
  narrow.set_row_count(1);
  *narrow.add_columns() = ParseText<v1::Column>(R"pb(name: "id"
                                                     integers { values: 1234567 })pb");
  v1::ReadRowsResponse next;
  next.set_row_count(1);
  *next.add_columns() = ParseText<v1::Column>(R"pb(name: "id"
                                                   integers { values: 5 })pb");
  EXPECT_EQ(Print(OutputFormat::kTable, {narrow, next}),
            "     id\n"
            "1234567\n"
            "      5\n");
}

TEST_F(RowPrinterTest, NoRows_AreAHeading) {
  v1::ReadRowsResponse none;
  none.add_columns()->set_name("id");
  EXPECT_EQ(Print(OutputFormat::kTable, {none}), "id\n");
  EXPECT_EQ(Print(OutputFormat::kCsv, {none}), "id\n");
  EXPECT_EQ(Print(OutputFormat::kJson, {none}), "");
}

}  // namespace
}  // namespace serin
