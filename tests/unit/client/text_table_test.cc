#include "client/cli/text_table.h"

#include <gtest/gtest.h>

namespace serin {
namespace {

using Align = TextTable::Align;

TEST(TextTableTest, AlignsColumnsByCharactersNotBytes) {
  TextTable table({{"NAME"}, {"ROWS", Align::kRight}});
  table.AddRow({"Zürich", "7"});
  table.AddRow({"iris", "1,500"});
  EXPECT_EQ(table.Render(false),
            "NAME     ROWS\n"
            "Zürich      7\n"
            "iris    1,500\n");
}

TEST(TextTableTest, BoldHeadings_AreOnTheHeadingsOnly) {
  TextTable table({{"A"}});
  table.AddRow({"x"});
  EXPECT_EQ(table.Render(true), "\x1b[1mA\x1b[0m\nx\n");
}

TEST(TextTableTest, Fields_HaveNoHeadingAndAreIndented) {
  TextTable fields = TextTable::Fields();
  fields.AddRow({"rows", "150"});
  fields.AddRow({"sha256", ""});
  EXPECT_EQ(fields.Render(true), "  rows    150\n  sha256\n");
}

TEST(TextTableTest, CellsCannotDisturbTheTerminal) {
  TextTable table({{"A"}});
  table.AddRow({"x\ny\x1b[2J\t"});
  EXPECT_EQ(table.Render(false), "A\nx\\ny\\x1b[2J\\t\n");
  // U+009B is an escape sequence's beginning too; letters that share its first byte are not.
  EXPECT_EQ(Printable("\xc2\x9b"
                      "2J \xc2\xb5m"),
            "\\x9b2J \xc2\xb5m");
}

}  // namespace
}  // namespace serin
