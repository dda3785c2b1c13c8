#include "server/proxy/predict_scan.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "google/protobuf/stubs/logging.h"
#include "google/protobuf/unknown_field_set.h"
#include "serin/v1/predict_service.pb.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using testing::HasSubstr;

v1::PredictRequest Request() {
  v1::PredictRequest request;
  request.set_model("iris@champion");
  request.set_key("user-7");
  for (int row = 0; row < 3; ++row) {
    (*request.add_rows()->mutable_features())["petal_width"].set_number_value(row + 0.5);
  }
  request.add_columns()->set_name("petal_length");
  return request;
}

TEST(ScanPredictRequestTest, FindsModelAndKey_AmongRowsAndColumns) {
  const std::string message = Request().SerializeAsString();
  SERIN_ASSERT_OK_AND_ASSIGN(const PredictHead head, ScanPredictRequest(message));
  EXPECT_EQ(head.model, "iris@champion");
  EXPECT_EQ(head.key, "user-7");
}

TEST(ScanPredictRequestTest, Absent_IsEmpty) {
  SERIN_ASSERT_OK_AND_ASSIGN(const PredictHead head, ScanPredictRequest(""));
  EXPECT_EQ(head.model, "");
  EXPECT_EQ(head.key, "");
}

TEST(ScanPredictRequestTest, AfterTheRows_AndRepeated_TheLastWins) {
  v1::PredictRequest other;
  other.set_model("wine");
  const std::string message = Request().SerializeAsString() + other.SerializeAsString();
  SERIN_ASSERT_OK_AND_ASSIGN(const PredictHead head, ScanPredictRequest(message));
  EXPECT_EQ(head.model, "wine");
  EXPECT_EQ(head.key, "user-7");
}

TEST(ScanPredictRequestTest, UnknownFieldsOfEveryWireType_AreSkipped) {
  google::protobuf::UnknownFieldSet unknown;
  unknown.AddVarint(100, ~uint64_t{0});
  unknown.AddFixed32(101, 1);
  unknown.AddFixed64(102, 1);
  unknown.AddLengthDelimited(103, std::string(1000, 'x'));
  auto* group = unknown.AddGroup(104);
  group->AddVarint(1, 5);
  group->AddGroup(2)->AddLengthDelimited(1, "not the model");
  std::string message;
  ASSERT_TRUE(unknown.SerializeToString(&message));
  message += Request().SerializeAsString();
  SERIN_ASSERT_OK_AND_ASSIGN(const PredictHead head, ScanPredictRequest(message));
  EXPECT_EQ(head.model, "iris@champion");
}

TEST(ScanPredictRequestTest, CutShort_IsRefused_NamingTheByte) {
  EXPECT_THAT(
      ScanPredictRequest("\x0a\x04iri"),
      IsError(absl::StatusCode::kInvalidArgument,
              testing::Eq("the message is not a serin.v1.PredictRequest: the field at byte 0 of 5 "
                          "is malformed or cut short")));
}

TEST(ScanPredictRequestTest, EveryPrefix_IsJudgedAsProtobufDoes_OrAccepted) {
  const std::string message = Request().SerializeAsString();
  for (size_t size = 0; size <= message.size(); ++size) {
    const absl::string_view prefix = absl::string_view(message).substr(0, size);
    v1::PredictRequest parsed;
    EXPECT_EQ(ScanPredictRequest(prefix).ok(),
              parsed.ParseFromArray(prefix.data(), static_cast<int>(size)))
        << size;
  }
}

TEST(ScanPredictRequestTest, HostileForms_AreRefused) {
  using namespace std::string_literals;
  const std::string cases[] = {
      "\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"s,      // 2^64-1 bytes.
      "\x0a\xff\xff\xff\xff\x0f"s,                          // 4 GiB.
      "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80"s,  // A varint without end.
      "\x02\x00"s,                                          // Field 0.
      "\x0c"s,                                              // The end of no group.
      "\x0b\x14"s,                                          // Another group's end.
      "\x0e"s,                                              // Wire type 6.
      std::string(200, '\x0b'),                             // 200 groups inside each other.
      std::string(100'000, '\xff'),
  };
  for (const std::string& message : cases) {
    EXPECT_THAT(ScanPredictRequest(message),
                IsError(absl::StatusCode::kInvalidArgument, HasSubstr("at byte 0 of")));
  }
}

// What protobuf parses, the scanner must find the same things in.
void ExpectAgreesWithProtobuf(const std::string& message) {
  const google::protobuf::LogSilencer no_complaints_about_utf8;
  v1::PredictRequest parsed;
  if (!parsed.ParseFromString(message)) return;
  const auto head = ScanPredictRequest(message);
  ASSERT_THAT(head, IsOk());
  EXPECT_EQ(head->model, parsed.model());
  EXPECT_EQ(head->key, parsed.key());
}

TEST(ScanPredictRequestTest, DamagedMessages_NeverDisagreeWithProtobuf) {
  std::mt19937 random(1);
  const std::string original = Request().SerializeAsString();
  for (int i = 0; i < 50'000; ++i) {
    std::string message = original;
    for (int damage = 0; damage < 3; ++damage) {
      message[random() % message.size()] = static_cast<char>(random());
    }
    ExpectAgreesWithProtobuf(message);
  }
}

TEST(ScanPredictRequestTest, Garbage_NeverDisagreesWithProtobuf) {
  std::mt19937 random(2);
  for (int i = 0; i < 50'000; ++i) {
    std::string message(random() % 40, '\0');
    for (char& c : message) c = static_cast<char>(random() % 3 == 0 ? random() : random() % 24);
    ExpectAgreesWithProtobuf(message);
  }
}

}  // namespace
}  // namespace serin
