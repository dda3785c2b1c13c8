#include "client/cli/dataset_arguments.h"

#include <gmock/gmock.h>

#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using ::testing::HasSubstr;

TEST(ParseQueryParameterTest, TakesNumbersTruthValuesNullAndText) {
  EXPECT_EQ(ParseQueryParameter("-7").integer(), -7);
  EXPECT_EQ(ParseQueryParameter("1.5").number(), 1.5);
  EXPECT_TRUE(ParseQueryParameter("true").boolean());
  EXPECT_EQ(ParseQueryParameter("NULL").value_case(), v1::QueryParameter::VALUE_NOT_SET);
  EXPECT_EQ(ParseQueryParameter("setosa").text(), "setosa");
  EXPECT_EQ(ParseQueryParameter("'007'").text(), "007");
  EXPECT_EQ(ParseQueryParameter("'it''s'").text(), "it's");
  EXPECT_EQ(ParseQueryParameter("'").text(), "'");
  EXPECT_TRUE(ParseQueryParameter("''").has_text());
}

TEST(ParseRetentionTest, TakesAgeSizeAndRows) {
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Retention retention, ParseRetention("30d,10GB,5rows"));
  EXPECT_EQ(retention.max_age().seconds(), 30 * 86400);
  EXPECT_EQ(retention.max_bytes(), 10'000'000'000);
  EXPECT_EQ(retention.max_rows(), 5);
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Retention all, ParseRetention("all"));
  EXPECT_EQ(all.ByteSizeLong(), 0u);
}

TEST(ParseRetentionTest, RefusesWhatIsNoLimit) {
  for (const char* text : {"", "30", "d", "0d", "-1d", "1y", "1d,", "9223372036854775807TB"}) {
    EXPECT_THAT(ParseRetention(text), IsError(absl::StatusCode::kInvalidArgument,
                                              HasSubstr("is not a limit: an age such as 12h")))
        << text;
  }
  EXPECT_THAT(ParseRetention("1d,12h"),
              IsError(absl::StatusCode::kInvalidArgument, HasSubstr("'12h' is a second limit")));
}

TEST(ParseCharacterTest, TakesOneAsciiCharacterOrATab) {
  EXPECT_EQ(ParseCharacter("--delimiter", ";").value(), ';');
  EXPECT_EQ(ParseCharacter("--delimiter", "\\t").value(), '\t');
  for (const char* text : {"", "ab", "§"}) {
    EXPECT_THAT(ParseCharacter("--quote", text),
                IsError(absl::StatusCode::kInvalidArgument, HasSubstr("--quote must be one")));
  }
}

TEST(ParseFormatsTest, NameTheFormats) {
  EXPECT_EQ(ParseFileKind("jsonl").value(), v1::FileFormat::KIND_JSON_LINES);
  EXPECT_THAT(ParseFileKind("xlsx"),
              IsError(absl::StatusCode::kInvalidArgument, HasSubstr("csv, tsv, jsonl or libsvm")));
  EXPECT_EQ(ParseDownloadFormat("as-uploaded").value(),
            v1::DownloadDatasetRequest::FORMAT_AS_UPLOADED);
  EXPECT_THAT(ParseDownloadFormat("parquet"),
              IsError(absl::StatusCode::kInvalidArgument, HasSubstr("as-uploaded, csv or jsonl")));
}

}  // namespace
}  // namespace serin
