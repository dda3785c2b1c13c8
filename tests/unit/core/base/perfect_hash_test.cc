#include "core/base/perfect_hash.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

namespace serin {
namespace {

using ::testing::Eq;
using ::testing::Optional;

TEST(PerfectHashTest, FindsEveryNameAndNoOther_WhateverTheirNumber) {
  for (const size_t count : {1, 2, 3, 30, 31, 32, 1000, 20'000}) {
    std::vector<std::string> names;
    for (size_t i = 0; i < count; ++i) names.push_back(absl::StrCat("feature_", i));
    const PerfectHash hash(names);
    for (size_t i = 0; i < count; ++i) ASSERT_THAT(hash.Find(names[i]), Optional(Eq(i)));
    for (size_t i = 0; i < count; ++i) {
      ASSERT_EQ(hash.Find(absl::StrCat("feature_", count + i)), std::nullopt);
    }
    EXPECT_EQ(hash.Find(""), std::nullopt);
    EXPECT_EQ(hash.Find("feature_"), std::nullopt);
  }
}

TEST(PerfectHashTest, NoNames_FindsNothing) {
  const PerfectHash hash({});
  EXPECT_EQ(hash.Find(""), std::nullopt);
  EXPECT_EQ(hash.Find("a"), std::nullopt);
}

TEST(PerfectHashTest, NamesAreAnyBytes) {
  const PerfectHash hash(
      {"", std::string("\0", 1), std::string("\0\0", 2), "größe", std::string(5000, 'x')});
  EXPECT_THAT(hash.Find(""), Optional(Eq(0)));
  EXPECT_THAT(hash.Find(absl::string_view("\0\0", 2)), Optional(Eq(2)));
  EXPECT_THAT(hash.Find("größe"), Optional(Eq(3)));
  EXPECT_THAT(hash.Find(std::string(5000, 'x')), Optional(Eq(4)));
  EXPECT_EQ(hash.Find(std::string(4999, 'x')), std::nullopt);
}

}  // namespace
}  // namespace serin
