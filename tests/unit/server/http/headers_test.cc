#include "server/http/headers.h"

#include <gtest/gtest.h>

namespace serin {
namespace {

TEST(Headers, KeepsFieldsInOrder_EmptyValuesIncluded) {
  Headers headers = {{":status", "200"}, {"x-empty", ""}};
  headers.Add("x-last", "value");
  ASSERT_EQ(headers.size(), 3);
  EXPECT_EQ(headers[0].name, ":status");
  EXPECT_EQ(headers[0].value, "200");
  EXPECT_EQ(headers[1].name, "x-empty");
  EXPECT_EQ(headers[1].value, "");
  EXPECT_EQ(headers[2].name, "x-last");
  EXPECT_EQ(headers[2].value, "value");
}

TEST(Headers, Get_FindsTheFirstOfAName) {
  const Headers headers = {{"key", "first"}, {"key", "second"}};
  EXPECT_EQ(headers.Get("key"), "first");
  EXPECT_EQ(headers.Get("ke"), "");
  EXPECT_TRUE(headers.Has("key"));
  EXPECT_FALSE(headers.Has("keyfirst"));
}

TEST(Headers, ListBytes_CountsAsTheSpecificationDoes) {
  EXPECT_EQ(Headers().list_bytes(), 0);
  EXPECT_EQ((Headers{{"ab", "cde"}, {"f", ""}}).list_bytes(), 5 + 32 + 1 + 32);
}

}  // namespace
}  // namespace serin
