#include "server/control/membership.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using internal::v1::ClusterState;
using internal::v1::MemberHello;
using internal::v1::ReplicaReport;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr auto kProxy = MemberHello::ROLE_PROXY;
constexpr auto kPredict = MemberHello::ROLE_PREDICT;
constexpr absl::Duration kGrace = absl::Seconds(3);

MemberHello Hello(MemberRole role, const std::string& id, const std::string& address = "") {
  MemberHello hello;
  hello.set_role(role);
  hello.set_id(id);
  hello.set_address(address);
  return hello;
}

ReplicaReport Loaded(int versions, bool draining = false) {
  ReplicaReport report;
  for (int i = 0; i < versions; ++i) report.add_loaded()->set_version(i + 1);
  report.set_draining(draining);
  return report;
}

class MembershipTest : public testing::Test {
 protected:
  // Replicas as id:versions, with a ! where they drain.
  std::string Replicas() {
    ClusterState state;
    members_.FillReplicas(&state);
    std::vector<std::string> shown;
    for (const auto& replica : state.replicas()) {
      shown.push_back(
          absl::StrCat(replica.id(), ":", replica.loaded_size(), replica.draining() ? "!" : ""));
    }
    return absl::StrJoin(shown, " ");
  }

  absl::Time now_ = absl::FromUnixSeconds(1'800'000'000);
  Membership members_{kGrace};
};

TEST_F(MembershipTest, Replicas_ArePredictors_WithWhatTheyReported) {
  members_.Join(Hello(kProxy, "x"));
  const uint64_t b = members_.Join(Hello(kPredict, "b", "10.0.0.2:8501"));
  const uint64_t a = members_.Join(Hello(kPredict, "a", "10.0.0.1:8501"));
  EXPECT_EQ(Replicas(), "") << "nothing is known of them yet";
  EXPECT_TRUE(members_.Report(a, Loaded(0)));
  EXPECT_TRUE(members_.Report(b, Loaded(2)));
  EXPECT_TRUE(members_.ReportLoad(b, 17));
  EXPECT_EQ(Replicas(), "a:0 b:2");
  ClusterState state;
  members_.FillReplicas(&state);
  EXPECT_EQ(state.replicas(1).address(), "10.0.0.2:8501");
  EXPECT_EQ(state.replicas(1).role(), kPredict);
  EXPECT_EQ(state.replicas(1).load(), 17);
  EXPECT_EQ(members_.Count(kProxy), 1);
  EXPECT_EQ(members_.Count(kPredict), 2);
}

TEST_F(MembershipTest, TheSameReportAgain_IsNoNews) {
  const uint64_t a = members_.Join(Hello(kPredict, "a", "h:1"));
  EXPECT_TRUE(members_.Report(a, Loaded(2)));
  EXPECT_FALSE(members_.Report(a, Loaded(2)));
  ReplicaReport failed = Loaded(2);
  failed.add_failures()->set_version(3);
  EXPECT_TRUE(members_.Report(a, failed));
}

TEST_F(MembershipTest, AStreamThatBreaksOff_LeavesTheReplicaForTheGrace) {
  const uint64_t a = members_.Join(Hello(kPredict, "a", "h:1"));
  members_.Report(a, Loaded(2));
  EXPECT_FALSE(members_.Leave(a, now_)) << "proxies need not be told";
  EXPECT_EQ(Replicas(), "a:2");
  EXPECT_EQ(members_.Count(kPredict), 0);
  EXPECT_THAT(members_.Expire(now_ + kGrace - absl::Milliseconds(1)), IsEmpty());
  EXPECT_EQ(members_.Expire(now_ + kGrace).size(), 1u);
  EXPECT_EQ(Replicas(), "");
}

TEST_F(MembershipTest, JoinedAgainWithinTheGrace_ItStays_WithItsReport) {
  const uint64_t first = members_.Join(Hello(kPredict, "a", "h:1"));
  members_.Report(first, Loaded(2));
  members_.Leave(first, now_);
  members_.Join(Hello(kPredict, "a", "h:1"));
  EXPECT_THAT(members_.Expire(now_ + absl::Hours(1)), IsEmpty());
  EXPECT_EQ(Replicas(), "a:2");
}

TEST_F(MembershipTest, OneThatSaidThatItLeaves_IsGoneAtOnce) {
  const uint64_t a = members_.Join(Hello(kPredict, "a", "h:1"));
  EXPECT_TRUE(members_.Report(a, Loaded(2, /*draining=*/true)));
  EXPECT_EQ(Replicas(), "a:2!");
  EXPECT_TRUE(members_.Leave(a, now_)) << "proxies have to be told";
  EXPECT_EQ(Replicas(), "");
}

TEST_F(MembershipTest, AJoinBeforeTheOldStreamHasEnded_TakesItsPlace) {
  const uint64_t first = members_.Join(Hello(kPredict, "a", "h:1"));
  const uint64_t second = members_.Join(Hello(kPredict, "a", "h:1"));
  members_.Report(second, Loaded(3));
  EXPECT_FALSE(members_.Report(first, Loaded(9)));
  EXPECT_FALSE(members_.Applied(first, 5));
  EXPECT_FALSE(members_.Leave(first, now_)) << "the end of the old stream is no news";
  EXPECT_EQ(members_.Find(first), nullptr);
  EXPECT_EQ(members_.Count(kPredict), 1);
  EXPECT_THAT(members_.Expire(now_ + absl::Hours(1)), IsEmpty());
  EXPECT_EQ(Replicas(), "a:3");
}

TEST_F(MembershipTest, AnotherProcessAtTheSameAddress_TakesThePlaceOfTheDeadOne) {
  const uint64_t dead = members_.Join(Hello(kPredict, "dead", "h:1"));
  members_.Report(dead, Loaded(2));
  const uint64_t born = members_.Join(Hello(kPredict, "born", "h:1"));
  EXPECT_EQ(Replicas(), "");
  members_.Report(born, Loaded(0));
  EXPECT_EQ(Replicas(), "born:0") << "nothing is loaded there yet";
  EXPECT_FALSE(members_.Report(dead, Loaded(2)));
}

TEST_F(MembershipTest, MembersWithoutIdOrAddress_AreSeveral) {
  members_.Join(Hello(kProxy, ""));
  members_.Join(Hello(kProxy, ""));
  members_.Join(Hello(kProxy, "x"));
  members_.Join(Hello(kProxy, "y"));
  EXPECT_EQ(members_.Count(kProxy), 4);
}

TEST_F(MembershipTest, AProxyThatLeaves_IsForgottenAtOnce) {
  const uint64_t x = members_.Join(Hello(kProxy, "x"));
  EXPECT_FALSE(members_.Leave(x, now_)) << "the replicas are as they were";
  EXPECT_TRUE(members_.members().empty());
}

TEST_F(MembershipTest, AllApplied_WaitsForThoseConnectedAndNotLeaving_OfTheRole) {
  const uint64_t a = members_.Join(Hello(kPredict, "a", "h:1"));
  const uint64_t b = members_.Join(Hello(kPredict, "b", "h:2"));
  const uint64_t c = members_.Join(Hello(kPredict, "c", "h:3"));
  members_.Join(Hello(kProxy, "x"));
  EXPECT_FALSE(members_.AllApplied(kPredict, 7));
  members_.Applied(a, 8);
  members_.Report(b, Loaded(0, /*draining=*/true));
  EXPECT_FALSE(members_.AllApplied(kPredict, 7));
  members_.Leave(c, now_);
  EXPECT_TRUE(members_.AllApplied(kPredict, 7));
  EXPECT_FALSE(members_.AllApplied(kPredict, 9));
  EXPECT_FALSE(members_.AllApplied(kProxy, 1));
}

TEST_F(MembershipTest, JoinedAgain_ItHasAppliedNothing) {
  const uint64_t first = members_.Join(Hello(kProxy, "x"));
  members_.Applied(first, 7);
  members_.Join(Hello(kProxy, "x"));
  EXPECT_FALSE(members_.AllApplied(kProxy, 1));
}

// A report of one version in one state.
ReplicaReport InState(const std::string& model, int version, v1::ReplicaVersion::State state) {
  ReplicaReport report;
  internal::v1::VersionReport* reported = report.add_versions();
  reported->set_project("default");
  reported->set_model(model);
  reported->mutable_version()->set_version(version);
  reported->mutable_version()->set_state(state);
  return report;
}

TEST_F(MembershipTest, VersionsOfAModel_AreThoseThatPredictorsReported_ByAddress) {
  const uint64_t b = members_.Join(Hello(kPredict, "b", "10.0.0.1:8501"));
  const uint64_t a = members_.Join(Hello(kPredict, "a", "10.0.0.2:8501"));
  ReplicaReport report = InState("iris", 2, v1::ReplicaVersion::STATE_READY);
  report.MergeFrom(InState("iris", 1, v1::ReplicaVersion::STATE_REFUSED));
  report.MergeFrom(InState("wine", 1, v1::ReplicaVersion::STATE_READY));
  members_.Report(b, report);
  members_.Report(a, InState("iris", 1, v1::ReplicaVersion::STATE_LOADING));

  std::vector<std::string> shown;
  for (const v1::ReplicaVersion& version : members_.VersionsOf("default", "iris")) {
    shown.push_back(absl::StrCat(version.replica(), " ", version.version(), " ",
                                 v1::ReplicaVersion::State_Name(version.state())));
  }
  EXPECT_THAT(shown, ElementsAre("10.0.0.1:8501 1 STATE_REFUSED", "10.0.0.1:8501 2 STATE_READY",
                                 "10.0.0.2:8501 1 STATE_LOADING"));
  EXPECT_THAT(members_.VersionsOf("default", "rose"), IsEmpty());
  EXPECT_THAT(members_.VersionsOf("other", "iris"), IsEmpty());
}

}  // namespace
}  // namespace serin
