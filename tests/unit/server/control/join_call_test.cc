#include <string>

#include "server/cluster/fetch_bundle.h"
#include "tests/unit/server/control/control_members.h"
#include "tests/unit/server/control/control_role_fixture.h"

namespace serin {
namespace {

using internal::v1::ClusterState;
using ::testing::HasSubstr;

TEST_F(ControlRoleTest, AMember_GetsTheStateAtOnce_AndAfterEachChange_AndTheBundles) {
  MakeVersion(0.5);
  HesitantMember member(channel_);
  const ClusterState state = member.AwaitState(kEmptyRevision + 1);
  ASSERT_EQ(state.models_size(), 1);
  EXPECT_EQ(state.models(0).model(), "shirts");
  const std::string sha256 = state.models(0).versions(0).bundle_sha256();
  BundleFetcher fetcher(channel_);
  SERIN_ASSERT_OK_AND_ASSIGN(const std::string bytes, fetcher.Fetch("default", sha256));
  EXPECT_EQ(bytes, StoredBundle(TinyClassifier(0.5)).bytes);
  EXPECT_THAT(fetcher.Fetch("other", sha256), IsError(kNotFound, HasSubstr(sha256)));

  MakeVersion(0.6);
  EXPECT_EQ(member.AwaitState(kEmptyRevision + 2).models(0).versions_size(), 2);
}

TEST_F(ControlRoleTest, APredictorThatLeaves_IsGoneFromTheProxies_WhenItMayGo) {
  MakeVersion(0);
  ObedientProxy proxy(channel_);
  ClusterMember predictor(channel_, PredictorHello(),
                          PredictorHooks{.apply = [](const auto&, const auto&) { return true; },
                                         .report = [] { return internal::v1::ReplicaReport(); },
                                         .load = [] { return 0.0; }});
  proxy.Await([](const ClusterState& state) { return state.replicas_size() == 1; });
  predictor.Leave(absl::Seconds(20));
  proxy.Await([](const ClusterState& state) { return state.replicas_size() == 0; });
}

TEST_F(ControlRoleTest, AMember_JoinsAgainAfterARestart_AndRevisionsGoOn) {
  MakeVersion(0);
  Stop();
  Start();
  HesitantMember member(channel_);
  EXPECT_EQ(member.AwaitState(kEmptyRevision + 1).models_size(), 1);
  MakeVersion(1);
  EXPECT_EQ(member.AwaitState(kEmptyRevision + 2).revision(), kEmptyRevision + 2);
}

TEST_F(ControlRoleTest, Join_WithoutHello_IsRefused) {
  grpc::ClientContext context;
  const auto stream = cluster_->Join(&context);
  internal::v1::JoinRequest request;
  request.mutable_applied()->set_revision(1);
  stream->Write(request);
  ClusterState state;
  EXPECT_FALSE(stream->Read(&state));
  EXPECT_THAT(FromGrpc(stream->Finish()), IsError(kInvalid, HasSubstr("must be `hello`")));
}

TEST_F(ControlRoleTest, Join_WithoutARole_IsRefused) {
  grpc::ClientContext context;
  const auto stream = cluster_->Join(&context);
  internal::v1::JoinRequest request;
  request.mutable_hello()->set_id("x");
  stream->Write(request);
  ClusterState state;
  EXPECT_FALSE(stream->Read(&state));
  EXPECT_THAT(FromGrpc(stream->Finish()), IsError(kInvalid, HasSubstr("hello.role: ")));
}

TEST_F(ControlRoleTest, Join_TakesEventsThatItDoesNotKnow_FromNewerMembers) {
  MakeVersion(0);
  grpc::ClientContext context;
  const auto stream = cluster_->Join(&context);
  internal::v1::JoinRequest request;
  *request.mutable_hello() = PredictorHello();
  stream->Write(request);
  request.Clear();
  stream->Write(request);
  ClusterState state;
  EXPECT_TRUE(stream->Read(&state));
  EXPECT_THAT(Train(Request()), IsOk());
  context.TryCancel();
  stream->Finish();
}

}  // namespace
}  // namespace serin
