#include "core/base/bounded_parse.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "google/protobuf/struct.pb.h"
#include "google/rpc/error_details.pb.h"
#include "serin/v1/table.pb.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using ::testing::HasSubstr;

constexpr size_t kNoLimit = size_t{1} << 40;

std::string Repeated(const std::string& bytes, size_t count) {
  std::string all;
  for (size_t i = 0; i < count; ++i) all += bytes;
  return all;
}

// Of the memory that a message takes: what was foretold.
double ShareForetold(const google::protobuf::Message& message) {
  const size_t foretold =
      ParsedBytes(message.SerializeAsString(), *message.GetDescriptor(), kNoLimit);
  return static_cast<double>(foretold) / static_cast<double>(message.SpaceUsedLong());
}

TEST(ParsedBytes, AreAboutWhatMessagesTake) {
  v1::Column numbers;
  v1::Column packed;
  v1::Column strings;
  google::rpc::BadRequest messages;
  for (int i = 0; i < 4096; ++i) {
    numbers.mutable_numbers()->add_values(i);
    packed.mutable_integers()->add_values(i % 3);
    strings.mutable_strings()->add_values(i % 2 == 0 ? "" : std::string(100, 'x'));
    messages.add_field_violations()->set_field("f");
  }
  for (const google::protobuf::Message* message :
       {static_cast<google::protobuf::Message*>(&numbers),
        static_cast<google::protobuf::Message*>(&packed),
        static_cast<google::protobuf::Message*>(&strings),
        static_cast<google::protobuf::Message*>(&messages)}) {
    // Lists have room for up to as many elements again.
    EXPECT_GT(ShareForetold(*message), 0.49) << message->GetTypeName();
    EXPECT_LT(ShareForetold(*message), 1.4) << message->GetTypeName();
  }
}

TEST(ParsedBytes, MapsCountTheirEntries) {
  google::protobuf::Struct map;
  for (int i = 0; i < 1000; ++i) {
    (*map.mutable_fields())[std::to_string(i)].set_string_value("as long as to be kept apart");
  }
  EXPECT_GT(ShareForetold(map), 0.5);
  EXPECT_LT(ShareForetold(map), 2);
}

TEST(ParsedBytes, FieldsThatTheMessageDoesNotKnow_CountToo) {
  v1::Column column;
  // Field 100: a varint, four bytes, eight bytes, text, and a group of one varint.
  const std::string unknown(
      "\xa0\x06\x01\xa5\x06....\xa1\x06........\xa2\x06\x02hi\xa3\x06\x08\x01\xa4\x06", 30);
  ASSERT_TRUE(column.ParseFromString(Repeated(unknown, 1000)));
  EXPECT_GT(ShareForetold(column), 0.5);
}

TEST(ParseBounded, MakesTheMessage) {
  google::rpc::BadRequest said;
  said.add_field_violations()->set_field("name");
  google::rpc::BadRequest read;
  ASSERT_THAT(ParseBounded(said.SerializeAsString(), &read), IsOk());
  EXPECT_EQ(read.field_violations(0).field(), "name");
}

TEST(ParseBounded, EmptyMessagesThatWouldFillTheMemory_AreNotMade) {
  google::rpc::BadRequest read;
  EXPECT_THAT(ParseBounded(Repeated(std::string("\x0a\x00", 2), 4'000'000), &read),
              IsError(absl::StatusCode::kResourceExhausted,
                      HasSubstr("would take more than 131108864 bytes in memory")));
  EXPECT_EQ(read.field_violations_size(), 0);
}

TEST(ParseBounded, WhatIsNoMessage_IsNamed) {
  google::rpc::BadRequest read;
  for (const std::string& bytes :
       {std::string("\x0a"),
        std::string("\x0a\x05"
                    "ab"),
        std::string("\x0f"), std::string(11, '\xff'), std::string("\x0c")}) {
    EXPECT_THAT(ParseBounded(bytes, &read),
                IsError(absl::StatusCode::kInvalidArgument, "is no google.rpc.BadRequest message"));
  }
}

}  // namespace
}  // namespace serin
