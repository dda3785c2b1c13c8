#include <gtest/gtest.h>

#include <string>

#include "server/http/header_rules.h"
#include "server/http/liveness.h"
#include "server/http/protocol_detector.h"
#include "server/http/rate_guard.h"
#include "server/http/send_queue.h"

// The parts of a session that decide or keep, without a session.

namespace serin {
namespace {

using Action = Liveness::Action;

absl::Time At(double second) { return absl::UnixEpoch() + absl::Seconds(second); }

TEST(RateGuardTest, AllowsABurst_ThenTheRate) {
  RateGuard guard({.burst = 3, .per_second = 2}, At(0));
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(guard.Spend(At(0)));
  EXPECT_FALSE(guard.Spend(At(0.4)));
  EXPECT_TRUE(guard.Spend(At(0.6)));
  EXPECT_FALSE(guard.Spend(At(0.6)));
  guard.Earn(1);
  EXPECT_TRUE(guard.Spend(At(0.6)));
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(guard.Spend(At(100)));  // No more than a burst.
  EXPECT_FALSE(guard.Spend(At(100)));
}

TEST(LivenessTest, PingsOnlyWhileStreamsAreOpen) {
  const SessionLimits limits = {.idle_timeout = absl::Seconds(1000),
                                .keepalive_interval = absl::Seconds(30),
                                .keepalive_timeout = absl::Seconds(5)};
  Liveness liveness(&limits, At(0));
  liveness.OnPreface();
  EXPECT_EQ(liveness.Step(At(100)), Action::kNone);
  liveness.OnBytes(At(100));
  liveness.OnStreams(1, At(100));
  EXPECT_EQ(liveness.next(), At(130));
  EXPECT_EQ(liveness.Step(At(129)), Action::kNone);
  EXPECT_EQ(liveness.Step(At(130)), Action::kPing);
  EXPECT_EQ(liveness.next(), At(135));
  EXPECT_EQ(liveness.Step(At(134)), Action::kNone);
  EXPECT_EQ(liveness.Step(At(135)), Action::kPingUnanswered);
  liveness.OnBytes(At(134));
  EXPECT_EQ(liveness.Step(At(135)), Action::kNone);
  EXPECT_EQ(liveness.next(), At(164));
}

TEST(LivenessTest, IdleCountsFromTheLastStream) {
  const SessionLimits limits = {.idle_timeout = absl::Seconds(60)};
  Liveness liveness(&limits, At(0));
  liveness.OnPreface();
  liveness.OnStreams(1, At(10));
  liveness.OnStreams(0, At(20));
  EXPECT_EQ(liveness.next(), At(80));
  EXPECT_EQ(liveness.Step(At(79)), Action::kNone);
  EXPECT_EQ(liveness.Step(At(80)), Action::kIdle);
  EXPECT_EQ(liveness.Step(At(81)), Action::kNone);
  EXPECT_EQ(liveness.next(), absl::InfiniteFuture());
}

TEST(LivenessTest, PrefaceAndHeadsHaveTheirTime) {
  const SessionLimits limits = {.preface_timeout = absl::Seconds(10),
                                .header_timeout = absl::Seconds(5)};
  Liveness liveness(&limits, At(0));
  EXPECT_EQ(liveness.Step(At(9)), Action::kNone);
  EXPECT_EQ(liveness.Step(At(10)), Action::kPrefaceLate);
  liveness.OnPreface();
  EXPECT_EQ(liveness.Step(At(11)), Action::kNone);
  liveness.OnHeadBegin(At(11));
  EXPECT_EQ(liveness.next(), At(16));
  EXPECT_EQ(liveness.Step(At(16)), Action::kHeadLate);
  liveness.OnHeadEnd();
  EXPECT_EQ(liveness.Step(At(16)), Action::kNone);
}

TEST(SendQueueTest, GivesBackWhatWasAppended_InPiecesOfAnySize) {
  std::string all;
  SendQueue queue;
  std::string taken;
  for (int i = 0; i < 2000; ++i) {
    const std::string piece(static_cast<size_t>(i % 97), static_cast<char>('a' + i % 26));
    all += piece;
    queue.Append(piece);
    const size_t take = std::min<size_t>(queue.size(), static_cast<size_t>(i % 89));
    taken += std::string(queue.Front(take));
    queue.Pop(take);
  }
  EXPECT_EQ(queue.size(), all.size() - taken.size());
  taken += std::string(queue.Front(queue.size()));
  EXPECT_EQ(taken, all);
}

TEST(SendQueueTest, EndsWithTrailers) {
  SendQueue queue;
  queue.Append("x");
  EXPECT_FALSE(queue.ended());
  queue.EndWith(Headers({{"grpc-status", "0"}}));
  EXPECT_TRUE(queue.ended());
  EXPECT_EQ(queue.trailers()->Get("grpc-status"), "0");
  EXPECT_EQ(queue.size(), 1);
}

TEST(HeaderRulesTest, WhatMayBeSent) {
  EXPECT_TRUE(MaySend(Headers({{":path", "/a?b=c"}, {"x-y", "tab\tand ü are fine"}, {"z", ""}})));
  for (const auto& [name, value] : std::initializer_list<std::pair<const char*, const char*>>{
           {"", "empty"},
           {"Upper", "x"},
           {"a b", "x"},
           {"a:b", "x"},
           {"nl", "a\nb"},
           {"del", "\x7f"},
           {"connection", "close"},
           {"keep-alive", "1"},
           {"upgrade", "h2c"},
           {"proxy-connection", "x"},
           {"transfer-encoding", "chunked"}}) {
    EXPECT_FALSE(MaySend(Headers({{name, value}}))) << name << ": " << value;
  }
}

// Wherever in a text of whatever length a byte stands.
TEST(HeaderRulesTest, EachByteCountsInEachPlace) {
  for (size_t size = 1; size <= 20; ++size) {
    for (size_t at = 0; at < size; ++at) {
      for (int byte = 0; byte < 256; ++byte) {
        std::string text(size, 'x');
        text[at] = static_cast<char>(byte);
        const bool control = byte < 0x20 || byte == 0x7f;
        const bool in_name =
            byte > 0x20 && byte < 0x7f && (byte < 'A' || byte > 'Z') && (byte != ':' || at == 0);
        ASSERT_EQ(MaySend(Headers({{text, "v"}})), in_name) << size << " " << at << " " << byte;
        ASSERT_EQ(MaySend(Headers({{"n", text}})), !control || byte == '\t')
            << size << " " << at << " " << byte;
      }
    }
  }
}

TEST(ProtocolDetectorTest, TellsThePrefaceFromAnyOtherBytes) {
  EXPECT_EQ(MatchPreface("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), PrefaceMatch::kYes);
  EXPECT_EQ(MatchPreface("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nmore"), PrefaceMatch::kYes);
  EXPECT_EQ(MatchPreface(""), PrefaceMatch::kTooFew);
  EXPECT_EQ(MatchPreface("P"), PrefaceMatch::kTooFew);
  EXPECT_EQ(MatchPreface("PRI * HTTP/2.0\r\n"), PrefaceMatch::kTooFew);
  EXPECT_EQ(MatchPreface("POST /"), PrefaceMatch::kNo);
  EXPECT_EQ(MatchPreface("GET"), PrefaceMatch::kNo);
}

}  // namespace
}  // namespace serin
