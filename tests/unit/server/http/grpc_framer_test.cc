#include "server/http/grpc_framer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using namespace std::string_literals;

struct Message {
  std::string bytes;
  bool compressed = false;
  friend bool operator==(const Message&, const Message&) = default;
};

// Puts the parts of messages together again.
class Collector {
 public:
  explicit Collector(uint32_t max_message_bytes) : framer_(max_message_bytes) {}

  absl::Status Feed(absl::string_view data) {
    GrpcFramer::Part part;
    while (true) {
      const absl::StatusOr<bool> found = framer_.Next(&data, &part);
      if (!found.ok()) return found.status();
      if (!*found) break;
      Take(part);
    }
    EXPECT_TRUE(data.empty());
    return absl::OkStatus();
  }

  const GrpcFramer& framer() const { return framer_; }
  const std::vector<Message>& messages() const { return messages_; }
  bool within_message() const { return within_; }

 private:
  void Take(const GrpcFramer::Part& part) {
    EXPECT_EQ(part.begins, !within_);
    if (part.begins) messages_.push_back({.compressed = part.compressed});
    Message& message = messages_.back();
    message.bytes.append(part.bytes.data(), part.bytes.size());
    EXPECT_EQ(part.compressed, message.compressed);
    EXPECT_EQ(part.ends, message.bytes.size() == part.message_bytes);
    EXPECT_TRUE(!part.bytes.empty() || part.message_bytes == 0);
    within_ = !part.ends;
  }

  GrpcFramer framer_;
  std::vector<Message> messages_;
  bool within_ = false;
};

std::string BodyOf(const std::vector<Message>& messages) {
  std::string body;
  for (const Message& message : messages) {
    const auto prefix = GrpcPrefix(message.bytes.size(), message.compressed);
    body.append(prefix.data(), prefix.size()).append(message.bytes);
  }
  return body;
}

TEST(GrpcFramerTest, Prefix_IsFlagAndSizeInBigEndian) {
  const auto prefix = GrpcPrefix(0x01020304, true);
  EXPECT_EQ(std::string(prefix.data(), prefix.size()), "\1\1\2\3\4"s);
  std::string body = "x";
  AppendGrpcMessage("abc", &body);
  EXPECT_EQ(body, "x\0\0\0\0\3abc"s);
}

TEST(GrpcFramerTest, MessagesComeBack_InPiecesOfAnySize) {
  const std::vector<Message> messages = {
      {"first"}, {""}, {std::string(300, 'x'), true}, {""}, {"\0\0\0\0\0"s}};
  const std::string body = BodyOf(messages);
  for (size_t piece = 1; piece <= body.size(); ++piece) {
    Collector collector(300);
    for (size_t at = 0; at < body.size(); at += piece) {
      ASSERT_THAT(collector.Feed(absl::string_view(body).substr(at, piece)), IsOk());
    }
    EXPECT_EQ(collector.messages(), messages) << "in pieces of " << piece;
    EXPECT_EQ(collector.framer().messages(), messages.size());
    EXPECT_THAT(collector.framer().Finish(), IsOk());
  }
}

TEST(GrpcFramerTest, AnEmptyMessage_IsToldAsSoonAsItsPrefixIsThere) {
  Collector collector(0);
  ASSERT_THAT(collector.Feed("\0\0\0\0"s), IsOk());
  EXPECT_TRUE(collector.messages().empty());
  ASSERT_THAT(collector.Feed("\0"s), IsOk());
  EXPECT_EQ(collector.messages(), std::vector<Message>{{""}});
}

TEST(GrpcFramerTest, TheBeginningOfAMessage_IsThereBeforeItsEnd) {
  Collector collector(1000);
  ASSERT_THAT(collector.Feed("\0\0\0\0\x64model"s), IsOk());
  EXPECT_EQ(collector.messages(), std::vector<Message>{{"model"}});
  EXPECT_TRUE(collector.within_message());
}

TEST(GrpcFramerTest, EndWithinAMessage_IsInternal_NamingWhatIsMissing) {
  Collector collector(1000);
  EXPECT_THAT(collector.framer().Finish(), IsOk());
  ASSERT_THAT(collector.Feed("\0\0"s), IsOk());
  EXPECT_THAT(collector.framer().Finish(),
              IsError(absl::StatusCode::kInternal,
                      testing::Eq("the gRPC stream ended within a message's prefix")));
  ASSERT_THAT(collector.Feed("\0\0\x64model"s), IsOk());
  EXPECT_THAT(
      collector.framer().Finish(),
      IsError(absl::StatusCode::kInternal,
              testing::Eq("the gRPC stream ended within a message, 95 of 100 bytes short")));
}

TEST(GrpcFramerTest, FourGigabytesAnnounced_AreRefusedAtOnce) {
  Collector collector(16 << 20);
  EXPECT_THAT(
      collector.Feed("\0\xff\xff\xff\xff"s),
      IsError(absl::StatusCode::kResourceExhausted,
              testing::Eq("the message has 4294967295 bytes, more than the 16777216 that one "
                          "may have; send several")));
  Collector at_limit(3);
  EXPECT_THAT(at_limit.Feed("\0\0\0\0\3abc"s), IsOk());
  EXPECT_THAT(at_limit.Feed("\0\0\0\0\4"s),
              IsError(absl::StatusCode::kResourceExhausted, testing::HasSubstr("4 bytes")));
}

TEST(GrpcFramerTest, AFlagOtherThan0And1_IsInternal) {
  Collector collector(1000);
  EXPECT_THAT(collector.Feed("\0\0\0\0\1a\x02\0\0\0\1a"s),
              IsError(absl::StatusCode::kInternal, testing::HasSubstr("begins with the byte 2")));
  EXPECT_EQ(collector.messages(), std::vector<Message>{{"a"}});
}

}  // namespace
}  // namespace serin
