#include "server/http/grpc_wire.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using Code = absl::StatusCode;

TEST(GrpcContentTypeTest, TellsGrpcFromItsRelatives) {
  EXPECT_TRUE(IsGrpcContentType("application/grpc"));
  EXPECT_TRUE(IsGrpcContentType("application/grpc+proto"));
  EXPECT_TRUE(IsGrpcContentType("application/grpc;charset=utf-8"));
  EXPECT_FALSE(IsGrpcContentType("application/grpc-web"));
  EXPECT_FALSE(IsGrpcContentType("application/grpc-web+proto"));
  EXPECT_FALSE(IsGrpcContentType("application/json"));
  EXPECT_FALSE(IsGrpcContentType(""));
}

TEST(GrpcTimeoutTest, Parse_EveryUnit) {
  EXPECT_EQ(ParseGrpcTimeout("2H").value(), absl::Hours(2));
  EXPECT_EQ(ParseGrpcTimeout("3M").value(), absl::Minutes(3));
  EXPECT_EQ(ParseGrpcTimeout("4S").value(), absl::Seconds(4));
  EXPECT_EQ(ParseGrpcTimeout("5m").value(), absl::Milliseconds(5));
  EXPECT_EQ(ParseGrpcTimeout("6u").value(), absl::Microseconds(6));
  EXPECT_EQ(ParseGrpcTimeout("7n").value(), absl::Nanoseconds(7));
  EXPECT_EQ(ParseGrpcTimeout("99999999H").value(), 99'999'999 * absl::Hours(1));
  EXPECT_EQ(ParseGrpcTimeout("0m").value(), absl::ZeroDuration());
}

TEST(GrpcTimeoutTest, Parse_RefusesAllElse) {
  for (const absl::string_view bad : {"", "m", "1", "1s", "-1m", "+1m", " 1m", "1 m", "1.5S", "1mm",
                                      "123456789m", "0x1m", "99999999999999999999n"}) {
    EXPECT_THAT(ParseGrpcTimeout(bad),
                IsError(Code::kInvalidArgument,
                        testing::Eq(absl::StrCat("grpc-timeout: must be 1 to 8 digits and one of "
                                                 "H, M, S, m, u and n, is '",
                                                 bad, "'"))));
  }
}

TEST(GrpcTimeoutTest, Format_TakesTheFinestUnitThatHasRoom) {
  EXPECT_EQ(FormatGrpcTimeout(absl::Nanoseconds(99'999'999)), "99999999n");
  EXPECT_EQ(FormatGrpcTimeout(absl::Milliseconds(100)), "100000u");
  EXPECT_EQ(FormatGrpcTimeout(absl::Seconds(100)), "100000m");
  EXPECT_EQ(FormatGrpcTimeout(absl::Hours(28)), "100800S");
  EXPECT_EQ(FormatGrpcTimeout(absl::Nanoseconds(1.5)), "1n");
}

TEST(GrpcTimeoutTest, Format_OfWhatCannotBeSent_IsTheNearestThatCan) {
  EXPECT_EQ(FormatGrpcTimeout(absl::ZeroDuration()), "1n");
  EXPECT_EQ(FormatGrpcTimeout(-absl::Seconds(1)), "1n");
  EXPECT_EQ(FormatGrpcTimeout(-absl::InfiniteDuration()), "1n");
  EXPECT_EQ(FormatGrpcTimeout(absl::InfiniteDuration()), "99999999H");
}

TEST(GrpcTimeoutTest, Format_NeverLengthens_AndLosesAtMostAHundredThousandth) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 100'000; ++i) {
    const absl::Duration remaining = absl::Nanoseconds(1 + (random() >> (1 + random() % 63)));
    SERIN_ASSERT_OK_AND_ASSIGN(const absl::Duration sent,
                               ParseGrpcTimeout(FormatGrpcTimeout(remaining)));
    EXPECT_LE(sent, remaining);
    EXPECT_GE(sent, remaining * (1 - 1e-5));
  }
}

TEST(GrpcMessageTest, Encode_LeavesPrintableAsciiButThePercentSign) {
  EXPECT_EQ(EncodeGrpcMessage("a b~!\"#$&'"), "a b~!\"#$&'");
  EXPECT_EQ(EncodeGrpcMessage("100%\n\x7f"), "100%25%0A%7F");
  EXPECT_EQ(EncodeGrpcMessage("Größe"), "Gr%C3%B6%C3%9Fe");
}

TEST(GrpcMessageTest, Decode_LeavesWhatItCannotDecode) {
  EXPECT_EQ(DecodeGrpcMessage("Gr%C3%B6%C3%9fe 100%25"), "Größe 100%");
  EXPECT_EQ(DecodeGrpcMessage("%"), "%");
  EXPECT_EQ(DecodeGrpcMessage("%4"), "%4");
  EXPECT_EQ(DecodeGrpcMessage("%zz%41"), "%zzA");
  EXPECT_EQ(DecodeGrpcMessage("%%41"), "%A");
}

TEST(GrpcMessageTest, Decode_OfWhatIsNotUtf8_IsUtf8AllTheSame) {
  EXPECT_EQ(DecodeGrpcMessage("%41%ff"), "%41%ff");
  EXPECT_EQ(DecodeGrpcMessage("a\xff%41"), "a%FF%2541");
}

TEST(GrpcMessageTest, EveryCharacter_ComesBack) {
  std::string message = "Größe \u20ac \U0001f426";
  for (char c = 0; c < 0x7f; ++c) message += c;
  EXPECT_EQ(DecodeGrpcMessage(EncodeGrpcMessage(message)), message);
}

TEST(GrpcStatusTest, Ok_IsOneField) {
  const Headers trailers = GrpcTrailers(absl::OkStatus());
  ASSERT_EQ(trailers.size(), 1);
  EXPECT_EQ(trailers.Get("grpc-status"), "0");
  EXPECT_THAT(GrpcStatusOf(trailers), IsOk());
  EXPECT_EQ(GrpcCodeOf(trailers), Code::kOk);
}

TEST(GrpcStatusTest, AnError_ComesBackWithItsDetails) {
  const absl::Status sent =
      WithRetryDelay(InvalidField("rows[3]", "is 100 % wrong: Größe"), absl::Seconds(3));
  const Headers trailers = GrpcTrailers(sent);
  EXPECT_EQ(trailers.Get("grpc-status"), "3");
  EXPECT_EQ(trailers.Get("grpc-message"), "rows[3]: is 100 %25 wrong: Gr%C3%B6%C3%9Fe");
  EXPECT_EQ(GrpcStatusOf(trailers), sent);
}

TEST(GrpcStatusTest, Details_AreUnpaddedBase64OfGoogleRpcStatus) {
  for (int length = 0; length < 3; ++length) {  // Every amount of padding.
    const absl::Status sent = WithReason(absl::NotFoundError(std::string(length, 'x')), "R");
    const Headers trailers = GrpcTrailers(sent);
    const std::string field(trailers.Get("grpc-status-details-bin"));
    EXPECT_EQ(field.find('='), std::string::npos);
    std::string bytes;
    google::rpc::Status details;
    ASSERT_TRUE(absl::Base64Unescape(field, &bytes));
    ASSERT_TRUE(details.ParseFromString(bytes));
    EXPECT_EQ(details.code(), 5);
    EXPECT_EQ(details.message(), sent.message());

    const Headers padded = {{"grpc-status", "5"},
                            {"grpc-status-details-bin", absl::Base64Escape(bytes)}};
    EXPECT_EQ(GrpcStatusOf(padded), sent);
  }
}

TEST(GrpcStatusTest, TrailersOnly_IsAResponseOfItsOwn) {
  const Headers head = GrpcTrailersOnly(absl::UnimplementedError("no such method"));
  EXPECT_EQ(head[0].name, ":status");
  EXPECT_EQ(head[0].value, "200");
  EXPECT_EQ(head.Get("content-type"), "application/grpc");
  EXPECT_EQ(head.Get("grpc-status"), "12");
  EXPECT_THAT(GrpcStatusOf(head), IsError(Code::kUnimplemented, testing::Eq("no such method")));
}

TEST(GrpcStatusTest, ErrorsOfAnySize_FitTheHeadersThatClientsMustTake) {
  std::string wide;
  for (int i = 0; i < 100'000; ++i) wide += "ö";
  absl::Status huge = WithReason(InvalidField(wide, wide), "TOO_WIDE");
  const Headers trailers = GrpcTrailers(huge);
  EXPECT_LE(trailers.list_bytes(), 8192);
  const absl::Status received = GrpcStatusOf(trailers);
  EXPECT_EQ(received.code(), Code::kInvalidArgument);
  EXPECT_EQ(received.message(), wide.substr(0, 1024));
  EXPECT_EQ(ReasonOf(received), "TOO_WIDE");

  huge = WithReason(absl::InternalError(wide), wide);
  EXPECT_LE(GrpcTrailers(huge).list_bytes(), 8192);
  EXPECT_EQ(ReasonOf(GrpcStatusOf(GrpcTrailers(huge))), "INTERNAL");
}

TEST(GrpcStatusTest, DetailsThatAreWrong_AreDropped) {
  const std::string other_code =
      std::string(GrpcTrailers(absl::AbortedError("other")).Get("grpc-status-details-bin"));
  for (const std::string& details :
       {std::string(), std::string("!!!!"), std::string("/////w"), other_code}) {
    const Headers trailers = {{"grpc-status", "5"},
                              {"grpc-message", "not%20there"},
                              {"grpc-status-details-bin", details}};
    EXPECT_EQ(GrpcStatusOf(trailers), absl::NotFoundError("not there")) << details;
  }
}

TEST(GrpcStatusTest, CodesThatDoNotExist_AreUnknown) {
  for (const absl::string_view code : {"", "17", "-1", "abc", "99999999999"}) {
    const Headers trailers = {{"grpc-status", code}, {"grpc-message", "m"}};
    EXPECT_EQ(GrpcCodeOf(trailers), Code::kUnknown) << code;
    EXPECT_EQ(GrpcStatusOf(trailers), absl::UnknownError("m")) << code;
  }
}

TEST(GrpcStatusTest, WithoutGrpcStatus_TheHttpStatusDecides) {
  EXPECT_EQ(GrpcCodeOf(Headers{{":status", "503"}}), std::nullopt);
  EXPECT_THAT(GrpcStatusOf(Headers{{":status", "503"}}),
              IsError(Code::kUnavailable, testing::HasSubstr("HTTP 503 without a grpc-status")));
  EXPECT_EQ(GrpcStatusOf(Headers{{":status", "200"}}).code(), Code::kUnknown);
  EXPECT_THAT(GrpcStatusOf(Headers{{"x", "y"}}),
              IsError(Code::kUnknown, testing::Eq("the response ended without a grpc-status")));
  // Where both are there, gRPC's holds.
  const Headers both = {{":status", "503"}, {"grpc-status", "7"}};
  EXPECT_EQ(GrpcStatusOf(both).code(), Code::kPermissionDenied);
}

}  // namespace
}  // namespace serin
