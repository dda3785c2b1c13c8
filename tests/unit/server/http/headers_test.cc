#include "server/http/headers.h"

#include <gtest/gtest.h>

#include <utility>

#include "absl/strings/str_cat.h"

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

TEST(Headers, GrowsBeyondTheUsual_AndIsWholeWhereItIsMovedOrCopied) {
  Headers headers;
  for (int i = 0; i < 100; ++i) headers.Add(absl::StrCat("name-", i), absl::StrCat("value-", i));
  const Headers copy = headers;
  const Headers moved = std::move(headers);
  for (const Headers* all : {&copy, &moved}) {
    ASSERT_EQ(all->size(), 100);
    EXPECT_EQ((*all)[99].name, "name-99");
    EXPECT_EQ(all->Get("name-42"), "value-42");
  }
  headers = Headers();
  headers.Add("again", "1");
  EXPECT_EQ(headers.text(), "again1");
}

TEST(Headers, ListBytes_CountsAsTheSpecificationDoes) {
  EXPECT_EQ(Headers().list_bytes(), 0);
  EXPECT_EQ((Headers{{"ab", "cde"}, {"f", ""}}).list_bytes(), 5 + 32 + 1 + 32);
}

}  // namespace
}  // namespace serin
