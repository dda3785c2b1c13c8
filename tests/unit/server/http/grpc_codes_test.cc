#include "server/http/grpc_codes.h"

#include <gtest/gtest.h>

#include <map>

#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using Code = absl::StatusCode;

TEST(GrpcCodesTest, HttpStatuses_AreMappedAsGrpcSays) {
  const std::map<int, Code> expected = {
      {400, Code::kInternal},      {401, Code::kUnauthenticated}, {403, Code::kPermissionDenied},
      {404, Code::kUnimplemented}, {429, Code::kUnavailable},     {431, Code::kInternal},
      {502, Code::kUnavailable},   {503, Code::kUnavailable},     {504, Code::kUnavailable}};
  for (int http_status = 0; http_status < 1000; ++http_status) {
    const auto it = expected.find(http_status);
    EXPECT_EQ(CodeOfHttpStatus(http_status), it == expected.end() ? Code::kUnknown : it->second)
        << http_status;
  }
}

TEST(GrpcCodesTest, Http2Errors_AreMappedAsGrpcSays) {
  const std::map<uint32_t, Code> expected = {{7, Code::kUnavailable},
                                             {8, Code::kCancelled},
                                             {11, Code::kResourceExhausted},
                                             {12, Code::kPermissionDenied}};
  for (uint32_t error = 0; error < 100; ++error) {
    const auto it = expected.find(error);
    EXPECT_EQ(CodeOfHttp2Error(error), it == expected.end() ? Code::kInternal : it->second)
        << error;
  }
  EXPECT_EQ(CodeOfHttp2Error(UINT32_MAX), Code::kInternal);
}

TEST(GrpcCodesTest, StreamEnds_SayWhoAndHow) {
  EXPECT_THAT(
      StatusOfStreamEnd("the predictor", StreamEnd::kReset, 2),
      IsError(Code::kInternal, testing::Eq("the predictor reset the call (INTERNAL_ERROR)")));
  EXPECT_THAT(StatusOfStreamEnd("the predictor", StreamEnd::kReset, 13),
              IsError(Code::kInternal, testing::HasSubstr("(HTTP_1_1_REQUIRED)")));
  EXPECT_THAT(StatusOfStreamEnd("the predictor", StreamEnd::kReset, 14),
              IsError(Code::kInternal, testing::HasSubstr("(an unknown error)")));
  EXPECT_THAT(StatusOfStreamEnd("the predictor", StreamEnd::kRefused, 7),
              IsError(Code::kUnavailable, testing::Eq("the predictor did not take the call")));
  EXPECT_THAT(StatusOfStreamEnd("the predictor", StreamEnd::kConnectionLost, 0),
              IsError(Code::kUnavailable,
                      testing::Eq("the connection ended before the predictor had answered")));
  EXPECT_THAT(StatusOfStreamEnd("the predictor", StreamEnd::kComplete, 0),
              IsError(Code::kUnknown, testing::HasSubstr("without a grpc-status")));
}

}  // namespace
}  // namespace serin
