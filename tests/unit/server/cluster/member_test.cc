#include "server/cluster/member.h"

#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <algorithm>
#include <deque>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "core/base/sha256.h"
#include "server/cluster/channel.h"
#include "server/cluster/fetch_bundle.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using internal::v1::AppliedState;
using internal::v1::ClusterState;
using internal::v1::JoinRequest;
using internal::v1::MemberHello;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr absl::Duration kPatience = absl::Seconds(20);
constexpr RejoinBackoff kQuick = {.min = absl::Milliseconds(1), .max = absl::Milliseconds(10)};

ClusterState StateOf(uint64_t revision) {
  ClusterState state;
  state.set_revision(revision);
  return state;
}

// Numbers in the order in which they came; a test waits for how many there are.
class Record {
 public:
  void Add(uint64_t value) {
    absl::MutexLock lock(&mutex_);
    values_.push_back(value);
  }
  // The values once there are at least `count`, or those there are when patience ends.
  std::vector<uint64_t> WaitFor(size_t count) {
    const auto enough = [&] { return values_.size() >= count; };
    absl::MutexLock lock(&mutex_);
    mutex_.AwaitWithTimeout(absl::Condition(&enough), kPatience);
    return values_;
  }

 private:
  absl::Mutex mutex_;
  std::vector<uint64_t> values_;
};

// A control that sends the states it is given and records what members say.
class FakeControl final : public internal::v1::ClusterService::Service {
 public:
  explicit FakeControl(int port = 0) {
    grpc::ServerBuilder builder;
    builder.AddListeningPort(absl::StrCat("127.0.0.1:", port), grpc::InsecureServerCredentials(),
                             &port_);
    builder.RegisterService(this);
    server_ = builder.BuildAndStart();
  }
  ~FakeControl() override { server_->Shutdown(std::chrono::system_clock::now()); }

  grpc::Status Join(grpc::ServerContext* context,
                    grpc::ServerReaderWriter<ClusterState, JoinRequest>* stream) override {
    JoinRequest request;
    if (!stream->Read(&request)) return grpc::Status::CANCELLED;
    hellos.Add(request.hello().role());
    std::thread writer([this, context, stream] { SendStates(context, stream); });
    while (stream->Read(&request)) applied.Add(request.applied().revision());
    writer.join();
    return grpc::Status::OK;
  }

  grpc::Status FetchBundle(grpc::ServerContext*, const internal::v1::FetchBundleRequest* request,
                           grpc::ServerWriter<internal::v1::FetchBundleResponse>* writer) override {
    if (request->project() != "default") return {grpc::StatusCode::NOT_FOUND, "no such bundle"};
    for (const char* chunk : {"model ", "bytes"}) {
      internal::v1::FetchBundleResponse response;
      response.set_chunk(chunk);
      writer->Write(response);
    }
    return grpc::Status::OK;
  }

  void Send(uint64_t revision) {
    absl::MutexLock lock(&mutex_);
    to_send_.push_back(revision);
  }
  int port() const { return port_; }
  std::string target() const { return absl::StrCat("127.0.0.1:", port_); }

  Record hellos;
  Record applied;

 private:
  void SendStates(grpc::ServerContext* context,
                  grpc::ServerReaderWriter<ClusterState, JoinRequest>* stream) {
    const auto something = [this] { return !to_send_.empty(); };
    while (!context->IsCancelled()) {
      absl::MutexLock lock(&mutex_);
      if (!mutex_.AwaitWithTimeout(absl::Condition(&something), absl::Milliseconds(5))) continue;
      stream->Write(StateOf(to_send_.front()));
      to_send_.pop_front();
    }
  }

  absl::Mutex mutex_;
  std::deque<uint64_t> to_send_;
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
};

MemberHello Predictor() {
  MemberHello hello;
  hello.set_role(MemberHello::ROLE_PREDICT);
  return hello;
}

ApplyFn RecordInto(Record& record) {
  return [&record](const ClusterState& state) {
    record.Add(state.revision());
    AppliedState applied;
    applied.set_revision(state.revision());
    return applied;
  };
}

TEST(ClusterMemberTest, SaysHello_AppliesEachState_AndAnswersIt) {
  FakeControl control;
  Record applied_here;
  ClusterMember member(ConnectToRole(control.target()), Predictor(), RecordInto(applied_here),
                       kQuick);
  EXPECT_THAT(control.hellos.WaitFor(1), ElementsAre(MemberHello::ROLE_PREDICT));

  control.Send(1);
  EXPECT_THAT(control.applied.WaitFor(1), ElementsAre(1));
  control.Send(2);
  EXPECT_THAT(control.applied.WaitFor(2), ElementsAre(1, 2));
  EXPECT_THAT(applied_here.WaitFor(2), ElementsAre(1, 2));
}

TEST(ClusterMemberTest, StatesThatArriveDuringAnApply_AreMergedIntoTheNewest) {
  FakeControl control;
  Record applied_here;
  absl::Notification in_apply, go_on;
  ClusterMember member(
      ConnectToRole(control.target()), Predictor(),
      [&](const ClusterState& state) {
        if (state.revision() == 1) {
          in_apply.Notify();
          go_on.WaitForNotificationWithTimeout(kPatience);
        }
        return RecordInto(applied_here)(state);
      },
      kQuick);
  control.Send(1);
  ASSERT_TRUE(in_apply.WaitForNotificationWithTimeout(kPatience));
  for (uint64_t revision = 2; revision <= 200; ++revision) control.Send(revision);
  go_on.Notify();

  std::vector<uint64_t> seen = applied_here.WaitFor(2);
  while (seen.back() < 200) seen = applied_here.WaitFor(seen.size() + 1);
  EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end()));
  EXPECT_LT(seen.size(), 200u);
}

TEST(ClusterMemberTest, JoinsAgain_AfterControlRestarted) {
  auto control = std::make_unique<FakeControl>();
  const int port = control->port();
  Record applied_here;
  ClusterMember member(ConnectToRole(control->target()), Predictor(), RecordInto(applied_here),
                       kQuick);
  control->Send(1);
  EXPECT_THAT(control->applied.WaitFor(1), ElementsAre(1));
  control.reset();

  control = std::make_unique<FakeControl>(port);
  control->Send(2);
  EXPECT_THAT(control->applied.WaitFor(1), ElementsAre(2));
  EXPECT_THAT(applied_here.WaitFor(2), ElementsAre(1, 2));
}

TEST(ClusterMemberTest, Destructor_StopsAtOnce_WhileControlIsAway) {
  Record applied_here;
  const absl::Time start = absl::Now();
  { ClusterMember member(ConnectToRole("127.0.0.1:1"), Predictor(), RecordInto(applied_here)); }
  EXPECT_LT(absl::Now() - start, absl::Seconds(5));
}

TEST(FetchBundleTest, JoinsThePieces_AndChecksTheDigest) {
  FakeControl control;
  const auto stub = internal::v1::ClusterService::NewStub(ConnectToRole(control.target()));

  SERIN_ASSERT_OK_AND_ASSIGN(const std::string bytes,
                             FetchBundle(*stub, "default", Sha256Hex("model bytes")));
  EXPECT_EQ(bytes, "model bytes");
  EXPECT_THAT(FetchBundle(*stub, "default", std::string(64, '0')),
              IsError(absl::StatusCode::kDataLoss, HasSubstr("arrived as 11 bytes")));
  EXPECT_THAT(FetchBundle(*stub, "other", std::string(64, '0')),
              IsError(absl::StatusCode::kNotFound, HasSubstr("no such bundle")));
}

}  // namespace
}  // namespace serin
