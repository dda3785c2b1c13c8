#ifndef SERIN_TESTS_TESTING_STATUS_MATCHERS_H_
#define SERIN_TESTS_TESTING_STATUS_MATCHERS_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace serin {

inline const absl::Status& StatusOf(const absl::Status& status) { return status; }
template <typename T>
const absl::Status& StatusOf(const absl::StatusOr<T>& result) {
  return result.status();
}

// An absl::Status or StatusOr that is OK.
MATCHER(IsOk, "is OK") {
  *result_listener << StatusOf(arg).ToString();
  return arg.ok();
}

// An error with this code, whose message matches.
MATCHER_P2(IsError, code, message, "is an error with the code and message") {
  const absl::Status& status = StatusOf(arg);
  *result_listener << status.ToString();
  return status.code() == code &&
         ::testing::ExplainMatchResult(message, std::string(status.message()), result_listener);
}

}  // namespace serin

// Declares or assigns `lhs` from an absl::StatusOr; ends the test where it is an error.
#define SERIN_ASSERT_OK_AND_ASSIGN(lhs, expr) \
  SERIN_ASSERT_OK_AND_ASSIGN_IMPL_(SERIN_TEST_CONCAT_(serin_test_result_, __LINE__), lhs, expr)
#define SERIN_TEST_CONCAT_INNER_(a, b) a##b
#define SERIN_TEST_CONCAT_(a, b) SERIN_TEST_CONCAT_INNER_(a, b)
#define SERIN_ASSERT_OK_AND_ASSIGN_IMPL_(result, lhs, expr) \
  auto result = (expr);                                     \
  ASSERT_TRUE(result.ok()) << result.status();              \
  lhs = std::move(result).value()

#endif  // SERIN_TESTS_TESTING_STATUS_MATCHERS_H_
