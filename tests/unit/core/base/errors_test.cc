#include "core/base/errors.h"

#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using ::testing::Eq;
using ::testing::HasSubstr;

TEST(InvalidFieldTest, NamesTheFieldInMessageAndDetail) {
  const absl::Status error = InvalidField("target", "no such column");

  EXPECT_THAT(error, IsError(absl::StatusCode::kInvalidArgument, Eq("target: no such column")));
  google::rpc::BadRequest detail;
  const google::rpc::Status wire = ToRpcStatus(error);
  bool found = false;
  for (const auto& any : wire.details()) found |= any.UnpackTo(&detail);
  ASSERT_TRUE(found);
  EXPECT_EQ(detail.field_violations(0).field(), "target");
  EXPECT_EQ(detail.field_violations(0).description(), "no such column");
}

TEST(PrefixFieldTest, ExtendsThePathAndLeavesOtherErrorsAlone) {
  EXPECT_EQ(PrefixField("spec", InvalidField("target", "is required")).message(),
            "spec.target: is required");
  EXPECT_EQ(PrefixField("spec", absl::InternalError("x")), absl::InternalError("x"));
}

TEST(ToRpcStatusTest, SurvivesTheRoundTripWithDetails) {
  const absl::Status error =
      UnavailableRetryAfter("version 3 is loading", absl::Milliseconds(1500));
  const absl::Status back = FromRpcStatus(ToRpcStatus(error));

  EXPECT_THAT(back, IsError(absl::StatusCode::kUnavailable, HasSubstr("loading")));
  EXPECT_EQ(ReasonOf(back), "UNAVAILABLE");
  google::rpc::RetryInfo detail;
  bool found = false;
  const google::rpc::Status wire = ToRpcStatus(back);
  for (const auto& any : wire.details()) found |= any.UnpackTo(&detail);
  ASSERT_TRUE(found);
  EXPECT_EQ(detail.retry_delay().seconds(), 1);
  EXPECT_EQ(detail.retry_delay().nanos(), 500'000'000);
}

TEST(ToRpcStatusTest, OkHasNoDetails) {
  EXPECT_EQ(ToRpcStatus(absl::OkStatus()).ByteSizeLong(), 0u);
}

}  // namespace
}  // namespace serin
