#include "server/proxy/predict_scan.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "absl/strings/str_cat.h"
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
              testing::Eq("the message is no serin.v1.PredictRequest: the field at byte 0 of 5 "
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

TEST(ScanPredictRequestTest, ATagOfMoreThan32Bits_IsCut_AsProtobufDoes) {
  // Field 1, length-delimited, with bits above 2^32.
  const std::string message = "\x8a\x80\x80\x80\x70\x04iris";
  v1::PredictRequest parsed;
  ASSERT_TRUE(parsed.ParseFromString(message));
  EXPECT_EQ(parsed.model(), "iris");
  SERIN_ASSERT_OK_AND_ASSIGN(const PredictHead head, ScanPredictRequest(message));
  EXPECT_EQ(head.model, "iris");
}

// What protobuf parses, the scanner must find the same things in.
void ExpectAgreesWithProtobuf(const std::string& message) {
  const google::protobuf::LogSilencer no_complaints_about_utf8;
  v1::PredictRequest parsed;
  if (!parsed.ParseFromString(message)) return;
  if (parsed.model().size() > 256 || parsed.key().size() > 256) return;
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

// What a scanner says of a message in pieces of this size, after feeding no more than it wants.
struct Scanned {
  absl::StatusOr<bool> settled = false;
  PredictHead head;
  size_t fed = 0;
};

Scanned Scan(const PredictFields& fields, absl::string_view message, size_t piece,
             uint32_t max_scanned = PredictScanner::kMaxScanned) {
  PredictScanner scanner(fields, static_cast<uint32_t>(message.size()), max_scanned);
  Scanned result;
  do {
    const absl::string_view next = message.substr(result.fed, piece);
    result.settled = scanner.Feed(next);
    result.fed += next.size();
  } while (result.settled.ok() && !*result.settled && result.fed < message.size());
  result.head = scanner.head();
  return result;
}

TEST(PredictScannerTest, PiecesOfAnySize_SayTheSame) {
  const std::string message = Request().SerializeAsString();
  for (size_t piece = 1; piece <= message.size(); ++piece) {
    const Scanned scanned = Scan(kPredictRequestFields, message, piece);
    ASSERT_THAT(scanned.settled, IsOk());
    EXPECT_TRUE(*scanned.settled);
    EXPECT_EQ(scanned.fed, message.size());  // The last of several wins: the end has to be seen.
    EXPECT_EQ(scanned.head.model, "iris@champion");
    EXPECT_EQ(scanned.head.key, "user-7");
  }
}

TEST(PredictScannerTest, AnEmptyMessage_IsSettledByAnEmptyPiece) {
  const Scanned scanned = Scan(kPredictRequestFields, "", 1);
  ASSERT_THAT(scanned.settled, IsOk());
  EXPECT_TRUE(*scanned.settled);
  EXPECT_EQ(scanned.head.model, "");
}

TEST(PredictScannerTest, ALongMessage_IsSettledByItsBeginning) {
  v1::PredictRequest request = Request();
  request.add_columns()->mutable_strings()->add_values(std::string(1 << 20, 'x'));
  const std::string message = request.SerializeAsString();
  for (const size_t piece : {1, 1000, 16 * 1024, 1 << 20}) {
    const Scanned scanned = Scan(kPredictRequestFields, message, piece);
    ASSERT_THAT(scanned.settled, IsOk());
    EXPECT_TRUE(*scanned.settled);
    EXPECT_LT(scanned.fed, PredictScanner::kMaxScanned + piece);
    EXPECT_EQ(scanned.head.model, "iris@champion");
    EXPECT_EQ(scanned.head.key, "user-7");
  }
}

TEST(PredictScannerTest, ALongMessageThatNamesItsModelLate_IsRefused_SayingWhatToDo) {
  v1::PredictRequest rows;
  rows.add_columns()->mutable_strings()->add_values(std::string(100'000, 'x'));
  const std::string message = rows.SerializeAsString() + Request().SerializeAsString();
  const Scanned scanned = Scan(kPredictRequestFields, message, 1000);
  EXPECT_THAT(
      scanned.settled,
      IsError(absl::StatusCode::kInvalidArgument,
              testing::Eq(absl::StrCat("model: must be in the first 16384 bytes of the ",
                                       message.size(), ", or in the serin-model metadata"))));
}

TEST(PredictScannerTest, AFieldThatTheLimitCuts_DoesNotCount) {
  v1::PredictRequest request;
  request.set_model("iris");
  request.set_key("user-7");
  request.add_rows();
  const std::string message = request.SerializeAsString();
  const uint32_t model_bytes = 6;
  const uint32_t key_bytes = 8;
  const auto head = [&](uint32_t limit) {
    return Scan(kPredictRequestFields, message, 1, limit).head;
  };
  EXPECT_EQ(head(model_bytes + key_bytes).key, "user-7");
  EXPECT_EQ(head(model_bytes + key_bytes - 1).key, "");
  EXPECT_EQ(head(model_bytes).model, "iris");
  EXPECT_EQ(head(model_bytes - 1).model, "");
}

TEST(PredictScannerTest, TextsThatAreTooLong_AreRefused_UnlessAnotherCounts) {
  v1::PredictRequest request;
  request.set_model("iris");
  request.set_key(std::string(256, 'k'));
  EXPECT_THAT(ScanPredictRequest(request.SerializeAsString()), IsOk());
  request.set_key(std::string(70'000, 'k'));
  const std::string message = request.SerializeAsString();
  EXPECT_THAT(ScanPredictRequest(message),
              IsError(absl::StatusCode::kInvalidArgument,
                      testing::Eq("key: must be at most 256 bytes, is 70000")));
  SERIN_ASSERT_OK_AND_ASSIGN(const PredictHead head,
                             ScanPredictRequest(message + Request().SerializeAsString()));
  EXPECT_EQ(head.key, "user-7");
}

TEST(PredictScannerTest, ModelInferRequest_HasModelAndVersion) {
  google::protobuf::UnknownFieldSet request;  // inference.ModelInferRequest.
  request.AddLengthDelimited(1, "iris");
  request.AddLengthDelimited(2, "3");
  request.AddLengthDelimited(3, "a request's id");
  request.AddLengthDelimited(5, "an input");
  request.AddLengthDelimited(7, "raw contents");
  std::string message;
  ASSERT_TRUE(request.SerializeToString(&message));
  const Scanned scanned = Scan(kModelInferRequestFields, message, 3);
  ASSERT_THAT(scanned.settled, IsOk());
  EXPECT_EQ(scanned.head.model, "iris");
  EXPECT_EQ(scanned.head.version, "3");
  EXPECT_EQ(scanned.head.key, "");
  EXPECT_THAT(
      Scan(kModelInferRequestFields, message.substr(0, message.size() - 1), 3).settled,
      IsError(absl::StatusCode::kInvalidArgument, HasSubstr("no inference.ModelInferRequest")));
}

TEST(PredictScannerTest, DamagedMessages_InPieces_AreJudgedAsWhole) {
  std::mt19937 random(3);
  const std::string original = Request().SerializeAsString();
  for (int i = 0; i < 20'000; ++i) {
    std::string message = original;
    for (int damage = 0; damage < 3; ++damage) {
      message[random() % message.size()] = static_cast<char>(random());
    }
    const auto whole = ScanPredictRequest(message);
    const Scanned pieces = Scan(kPredictRequestFields, message, 1 + random() % 8);
    ASSERT_EQ(pieces.settled.status(), whole.status());
    if (!whole.ok()) continue;
    EXPECT_EQ(pieces.head.model, whole->model);
    EXPECT_EQ(pieces.head.key, whole->key);
  }
}

}  // namespace
}  // namespace serin
