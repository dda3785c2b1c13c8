#include "core/storage/keys.h"

#include <gmock/gmock.h>

#include <string>

#include "core/storage/memory_store.h"
#include "core/storage/records.h"
#include "serin/internal/v1/records.pb.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr auto kLoss = absl::StatusCode::kDataLoss;

TEST(KeyTest, ComponentsComeBack_WhateverIsInThem) {
  const std::string key = Key({"default", "a/b%2F%", "", std::string("\0\xff", 2)});
  EXPECT_EQ(key.substr(0, 21), "default/a%2Fb%252F%25");
  EXPECT_THAT(*ParseKey(key), ElementsAre("default", "a/b%2F%", "", std::string("\0\xff", 2)));
}

TEST(KeyTest, WhatNoKeyLooksLike_IsDataLoss) {
  EXPECT_THAT(ParseKey("default/a%2fb"), IsError(kLoss, HasSubstr("default/a%2fb")));
  EXPECT_THAT(ParseKey("default/50%"), IsError(kLoss, HasSubstr("malformed key")));
}

TEST(KeyTest, Numbers_SortAsNumbers) {
  EXPECT_EQ(KeyNumber(7), "0000000007");
  EXPECT_LT(KeyNumber(9), KeyNumber(10));
  EXPECT_LT(KeyNumber(99), KeyNumber(INT32_MAX));
  EXPECT_EQ(*ParseKeyNumber(KeyNumber(INT32_MAX)), INT32_MAX);
  for (const char* text : {"7", "00000000x7", "9999999999", "-000000007", ""}) {
    EXPECT_THAT(ParseKeyNumber(text), IsError(kLoss, HasSubstr("malformed number"))) << text;
  }
}

TEST(KeyTest, APrefix_HoldsItsOwnKeysOnly) {
  const std::string prefix = KeyPrefix({"p", "dataset-version", "iris"});
  EXPECT_EQ(Key({"p", "dataset-version", "iris", "1"}).rfind(prefix, 0), 0u);
  EXPECT_NE(Key({"p", "dataset-version", "iris-2", "1"}).rfind(prefix, 0), 0u);
}

TEST(ListProjectsTest, NamesEachOnce) {
  MemoryStore store;
  EXPECT_THAT(*ListProjects(store), IsEmpty());
  WriteBatch batch;
  for (const char* project : {"a", "a-b", "a.b", "b/c"}) {
    for (const char* name : {"x", "y"}) batch.PutValue(Key({project, "dataset", name}), "");
  }
  ASSERT_THAT(store.Write(batch), IsOk());
  EXPECT_THAT(*ListProjects(store), testing::UnorderedElementsAre("a", "a-b", "a.b", "b/c"));
}

TEST(RecordsTest, WhatDoesNotParse_IsDataLoss_NamingKeyAndType) {
  MemoryStore store;
  WriteBatch batch;
  internal::v1::RequestRecord record;
  record.set_name("datasets/iris/versions/1");
  PutRecord(batch, "good", record);
  batch.PutValue("bad", "\xff");
  ASSERT_THAT(store.Write(batch), IsOk());
  EXPECT_EQ(GetRecord<internal::v1::RequestRecord>(store, "good")->name(), record.name());
  EXPECT_THAT(GetRecord<internal::v1::RequestRecord>(store, "bad"),
              IsError(kLoss, HasSubstr("\"bad\" is no serin.internal.v1.RequestRecord")));
  EXPECT_THAT(GetRecord<internal::v1::RequestRecord>(store, "none"),
              IsError(absl::StatusCode::kNotFound, testing::_));
}

}  // namespace
}  // namespace serin
