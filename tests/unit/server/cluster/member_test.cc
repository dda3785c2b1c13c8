#include "server/cluster/member.h"

#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <algorithm>
#include <atomic>
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
    while (!dismiss_ && stream->Read(&request)) Take(request);
    if (dismiss_) context->TryCancel();
    writer.join();
    return grpc::Status::OK;
  }

  grpc::Status FetchBundle(grpc::ServerContext* context,
                           const internal::v1::FetchBundleRequest* request,
                           grpc::ServerWriter<internal::v1::FetchBundleResponse>* writer) override {
    if (request->project() == "hang") {
      hanging.Notify();
      while (!context->IsCancelled()) std::this_thread::yield();
    }
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
  // Ends the stream of a member that reports that it is draining.
  void DismissTheDraining() { dismisses_ = true; }
  int port() const { return port_; }
  std::string target() const { return absl::StrCat("127.0.0.1:", port_); }

  Record hellos;
  Record applied;
  // How many versions each report says are loaded; 1000 more while draining.
  Record reports;
  Record loads;
  absl::Notification hanging;  // A fetch for project `hang` is under way.

 private:
  void Take(const JoinRequest& request) {
    if (request.has_applied()) applied.Add(request.applied().revision());
    if (request.has_load()) loads.Add(static_cast<uint64_t>(request.load().load()));
    if (!request.has_report()) return;
    const bool draining = request.report().draining();
    reports.Add(static_cast<uint64_t>(request.report().loaded_size()) + (draining ? 1000 : 0));
    if (draining && dismisses_) dismiss_ = true;
  }
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

  std::atomic<bool> dismisses_ = false;
  std::atomic<bool> dismiss_ = false;
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

// A predictor whose models are numbers: a state's revision is how many it asks for.
class FakePredictor {
 public:
  PredictorHooks Hooks() {
    return {.apply = [this](const ClusterState& state,
                            const ApplyContext& context) { return Apply(state, context); },
            .report =
                [this] {
                  internal::v1::ReplicaReport report;
                  for (int i = 0; i < loaded; ++i) report.add_loaded()->set_version(i + 1);
                  return report;
                },
            .load = [this] { return load.load(); }};
  }

  std::atomic<int> loaded = 0;
  std::atomic<double> load = 0;
  std::atomic<int> failures = 0;  // As many calls leave something to be done.
  Record applied;

 private:
  bool Apply(const ClusterState& state, const ApplyContext& context) {
    applied.Add(state.revision());
    if (failures > 0) return --failures < 0;
    loaded = static_cast<int>(state.revision());
    context.report_changed();
    return true;
  }
};

TEST(PredictorMemberTest, ReportsAtOnce_AndAfterEachChange_AndBeforeItAnswers) {
  FakeControl control;
  FakePredictor predictor;
  predictor.loaded = 3;
  ClusterMember member(ConnectToRole(control.target()), Predictor(), predictor.Hooks(), kQuick);
  EXPECT_THAT(control.reports.WaitFor(1), ElementsAre(3)) << "before any state has come";
  control.Send(5);
  EXPECT_THAT(control.applied.WaitFor(1), ElementsAre(5));
  EXPECT_EQ(control.reports.WaitFor(2)[1], 5) << "the answer came before what it is about";
}

TEST(PredictorMemberTest, ReportsAgain_ToAControlThatWasRestarted) {
  auto control = std::make_unique<FakeControl>();
  const int port = control->port();
  FakePredictor predictor;
  ClusterMember member(ConnectToRole(control->target()), Predictor(), predictor.Hooks(), kQuick);
  control->Send(2);
  control->applied.WaitFor(1);
  control.reset();
  control = std::make_unique<FakeControl>(port);
  EXPECT_THAT(control->reports.WaitFor(1), ElementsAre(2)) << "without any state from it";
}

TEST(PredictorMemberTest, WhatIsLeftUndone_IsTriedAgain_AndAnsweredOnlyThen) {
  FakeControl control;
  FakePredictor predictor;
  predictor.failures = 3;
  ClusterMember member(ConnectToRole(control.target()), Predictor(), predictor.Hooks(), kQuick);
  control.Send(1);
  EXPECT_THAT(control.applied.WaitFor(1), ElementsAre(1));
  EXPECT_THAT(predictor.applied.WaitFor(4), ElementsAre(1, 1, 1, 1));
}

TEST(PredictorMemberTest, ANewerState_SupersedesTheOneThatIsBeingApplied) {
  FakeControl control;
  Record applied;
  absl::Notification first;
  FakePredictor predictor;
  PredictorHooks hooks = predictor.Hooks();
  hooks.apply = [&](const ClusterState& state, const ApplyContext& context) {
    applied.Add(state.revision());
    if (state.revision() > 1) return true;
    first.Notify();
    const absl::Time deadline = absl::Now() + kPatience;
    while (!context.superseded() && absl::Now() < deadline) std::this_thread::yield();
    return false;
  };
  ClusterMember member(ConnectToRole(control.target()), Predictor(), hooks, kQuick);
  control.Send(1);
  first.WaitForNotification();
  control.Send(2);
  EXPECT_THAT(control.applied.WaitFor(1), ElementsAre(2));
  EXPECT_THAT(applied.WaitFor(2), ElementsAre(1, 2));
}

TEST(PredictorMemberTest, Load_IsReportedWhenItHasChanged) {
  FakeControl control;
  FakePredictor predictor;
  ClusterMember member(ConnectToRole(control.target()), Predictor(), predictor.Hooks(), kQuick);
  control.reports.WaitFor(1);
  predictor.load = 7;
  EXPECT_THAT(control.loads.WaitFor(1), ElementsAre(7)) << "zero is what control takes it for";
}

TEST(PredictorMemberTest, Leave_ReportsDraining_AndReturnsWhenControlEndsTheStream) {
  FakeControl control;
  control.DismissTheDraining();
  FakePredictor predictor;
  ClusterMember member(ConnectToRole(control.target()), Predictor(), predictor.Hooks(), kQuick);
  control.reports.WaitFor(1);
  member.Leave(absl::InfiniteDuration());
  EXPECT_EQ(control.reports.WaitFor(2).back(), 1000);
  EXPECT_EQ(control.hellos.WaitFor(1).size(), 1u) << "it has joined again";
}

TEST(PredictorMemberTest, Leave_IsBounded_AndDoesNotWaitForAControlThatIsAway) {
  FakePredictor predictor;
  ClusterMember alone(ConnectToRole("127.0.0.1:1"), Predictor(), predictor.Hooks(), kQuick);
  alone.Leave(absl::InfiniteDuration());
  FakeControl control;  // Dismisses nobody.
  ClusterMember member(ConnectToRole(control.target()), Predictor(), predictor.Hooks(), kQuick);
  control.reports.WaitFor(1);
  member.Leave(absl::Milliseconds(1));
}

TEST(BundleFetcherTest, JoinsThePieces_AndChecksTheDigest) {
  FakeControl control;
  BundleFetcher fetcher(ConnectToRole(control.target()));

  SERIN_ASSERT_OK_AND_ASSIGN(const std::string bytes,
                             fetcher.Fetch("default", Sha256Hex("model bytes")));
  EXPECT_EQ(bytes, "model bytes");
  EXPECT_THAT(fetcher.Fetch("default", std::string(64, '0')),
              IsError(absl::StatusCode::kDataLoss, HasSubstr("arrived as 11 bytes")));
  EXPECT_THAT(fetcher.Fetch("other", std::string(64, '0')),
              IsError(absl::StatusCode::kNotFound, HasSubstr("no such bundle")));
}

TEST(BundleFetcherTest, Stop_EndsAFetchThatHangs_AndThoseThatComeLater) {
  FakeControl control;
  BundleFetcher fetcher(ConnectToRole(control.target()), absl::Hours(1));
  std::thread stopper([&] {
    control.hanging.WaitForNotification();
    fetcher.Stop();
  });
  EXPECT_THAT(fetcher.Fetch("hang", std::string(64, '0')),
              IsError(absl::StatusCode::kCancelled, testing::_));
  stopper.join();
  EXPECT_THAT(fetcher.Fetch("default", Sha256Hex("model bytes")),
              IsError(absl::StatusCode::kCancelled, HasSubstr("stopping")));
}

}  // namespace
}  // namespace serin
