#include "server/control/traffic_readiness.h"

#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using Verdict = TrafficReadiness::Verdict;
using internal::v1::MemberHello;

// Members whose reports are written as words: "1" has version 1 of iris, "-2" has refused version
// 2, "?2" could not fetch it.
class TrafficReadinessTest : public testing::Test {
 protected:
  MemberStatus& Add(const std::vector<std::string>& words) {
    const std::string id = absl::StrCat("p", members_.size());
    MemberStatus& member = members_[id];
    member.hello.set_role(MemberHello::ROLE_PREDICT);
    member.session = members_.size();
    for (const std::string& word : words) Report(word, member.report);
    return member;
  }

  TrafficReadiness Judge(const std::vector<int32_t>& versions) {
    return JudgeTraffic(members_, "default", "iris", versions);
  }

  std::map<std::string, MemberStatus> members_;

 private:
  static void Report(const std::string& word, internal::v1::ReplicaReport& report) {
    const auto name = [](auto* message, const std::string& number) {
      message->set_project("default");
      message->set_model("iris");
      message->set_version(std::stoi(number));
    };
    if (word[0] != '-' && word[0] != '?') return name(report.add_loaded(), word);
    auto* failure = report.add_failures();
    name(failure, word.substr(1));
    failure->set_will_retry(word[0] == '?');
    failure->set_reason(word[0] == '?' ? "connection refused" : "golden row 3 differs");
  }
};

TEST_F(TrafficReadinessTest, LoadedEverywhere_IsReady) {
  Add({"1", "2"});
  Add({"1", "2", "3"});
  EXPECT_EQ(Judge({1, 2}).verdict, Verdict::kReady);
}

TEST_F(TrafficReadinessTest, LoadedSomewhere_WhileOthersAreAtIt_IsUsable) {
  Add({"1", "2"});
  Add({"1"});
  EXPECT_EQ(Judge({1}).verdict, Verdict::kReady);
  EXPECT_EQ(Judge({1, 2}).verdict, Verdict::kUsable);
}

TEST_F(TrafficReadinessTest, RefusedByOne_LoadedByTheOthers_IsReady) {
  Add({"1", "2"});
  Add({"1", "-2"});
  EXPECT_EQ(Judge({1, 2}).verdict, Verdict::kReady);
}

TEST_F(TrafficReadinessTest, LoadedNowhere_Waits_SayingWhatFor) {
  Add({"1"});
  Add({"1", "?2"});
  const TrafficReadiness readiness = Judge({1, 2});
  EXPECT_EQ(readiness.verdict, Verdict::kWaiting);
  EXPECT_EQ(readiness.version, 2);
  EXPECT_EQ(readiness.reason, "a predictor cannot load it: connection refused");
  EXPECT_EQ(Judge({3}).reason, "the predictors are still loading it");
}

TEST_F(TrafficReadinessTest, RefusedByOne_WhileAnotherIsAtIt_Waits) {
  Add({"-2"});
  Add({});
  EXPECT_EQ(Judge({2}).verdict, Verdict::kWaiting);
}

TEST_F(TrafficReadinessTest, RefusedByAll_IsRefused_WhateverTheOtherVersions) {
  Add({"-2", "1"});
  Add({"-2"});
  const TrafficReadiness readiness = Judge({1, 2, 3});
  EXPECT_EQ(readiness.verdict, Verdict::kRefused);
  EXPECT_EQ(readiness.version, 2);
  EXPECT_EQ(readiness.reason, "golden row 3 differs");
}

TEST_F(TrafficReadinessTest, NoPredictor_Waits_SayingSo) {
  EXPECT_EQ(Judge({1}).verdict, Verdict::kWaiting);
  EXPECT_EQ(Judge({1}).reason, "no predictor is connected");
}

TEST_F(TrafficReadinessTest, OneThatIsAwayOrLeaving_CountsForNothing) {
  Add({"1"}).session = 0;
  Add({"1"}).report.set_draining(true);
  EXPECT_EQ(Judge({1}).reason, "no predictor is connected");
  Add({"1"});
  Add({}).report.set_draining(true);
  Add({}).session = 0;
  EXPECT_EQ(Judge({1}).verdict, Verdict::kReady);
}

TEST_F(TrafficReadinessTest, OtherModelsAndProjects_AreOthers) {
  Add({"1"});
  EXPECT_EQ(JudgeTraffic(members_, "default", "wine", {1}).verdict, Verdict::kWaiting);
  EXPECT_EQ(JudgeTraffic(members_, "team", "iris", {1}).verdict, Verdict::kWaiting);
}

}  // namespace
}  // namespace serin
