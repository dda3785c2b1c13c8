#include "client/cli/profile_view.h"

#include <gmock/gmock.h>

#include <sstream>

#include "client/cli/histogram_text.h"
#include "tests/unit/client/fake_server.h"

namespace serin {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

v1::DatasetProfile TaxiProfile() {
  return ParseText<v1::DatasetProfile>(R"pb(
    dataset_version: "datasets/taxi/versions/2"
    row_count: 1200
    duplicate_row_count: 1
    duplicate_rows_exact: true
    columns {
      name: "fare"
      type: COLUMN_TYPE_NUMBER
      count: 1194
      missing: 6
      distinct: 900
      number {
        min: 2.5
        mean: 13.125
        max: 100
        standard_deviation: 5
        histogram { count: 100 }
        histogram { count: 50 }
        histogram { count: 0 }
        histogram { count: 1 }
      }
    }
    columns {
      name: "zone"
      type: COLUMN_TYPE_CATEGORY
      count: 1200
      distinct: 40
      distinct_exact: true
      top_values { value: "Midtown" count: 600 }
      top_values { value: "A name that is much too long for a table" count: 3 }
      association: 0.4567
    }
    warnings { kind: KIND_LEAKS_TARGET columns: "total" message: "total alone tells fare" }
    warnings { kind: KIND_DUPLICATE_ROWS message: "1 row equals an earlier one" }
  )pb");
}

std::string Print(const v1::DatasetProfile& profile, bool utf8) {
  const Client client = Client::Connect().value();
  std::istringstream in;
  std::ostringstream out;
  const Console console{.in = in, .out = out, .err = out, .utf8 = utf8};
  PrintProfile(profile, Session{client, console});
  return out.str();
}

TEST(ProfileViewTest, IsALineForEachColumn_ThenWarnings) {
  EXPECT_EQ(Print(TaxiProfile(), /*utf8=*/true),
            "datasets/taxi/versions/2: 1,200 rows, 2 columns, 1 duplicate row\n"
            "\n"
            "COLUMN  TYPE      MISSING  DISTINCT  MIN    MEAN  MAX  VALUES\n"
            "fare    number      0.5 %      ~900  2.5  13.125  100  █▄ ▁\n"
            "zone    category      0 %        40                    Midtown 50 %, A name that is "
            "much too ... 0.2 %, ...\n"
            "\n"
            "WARNING\n"
            "leaks target    total alone tells fare\n"
            "duplicate rows  1 row equals an earlier one\n");
}

TEST(ProfileViewTest, ElsewhereThanInUtf8_IsAscii) {
  EXPECT_THAT(Print(TaxiProfile(), /*utf8=*/false), HasSubstr("  @= .\n"));
}

TEST(ProfileViewTest, WithATarget_ShowsAssociations) {
  v1::DatasetProfile profile = TaxiProfile();
  profile.set_target("fare");
  const std::string text = Print(profile, /*utf8=*/false);
  EXPECT_THAT(text, HasSubstr("ASSOCIATION\n"));
  EXPECT_THAT(text, HasSubstr("target\n"));
  EXPECT_THAT(text, HasSubstr("0.46\n"));
  EXPECT_THAT(Print(TaxiProfile(), false), Not(HasSubstr("ASSOCIATION")));
}

TEST(HistogramTextTest, RareBucketsShow_AndEmptyOnesDoNot) {
  v1::NumberSummary summary;
  for (int64_t count : {1'000'000, 1, 0, 500'000}) summary.add_histogram()->set_count(count);
  EXPECT_EQ(HistogramText(summary, true), "█▁ ▄");
  EXPECT_EQ(HistogramText(v1::NumberSummary(), true), "");
}

}  // namespace
}  // namespace serin
