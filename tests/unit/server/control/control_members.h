#ifndef SERIN_TESTS_UNIT_SERVER_CONTROL_CONTROL_MEMBERS_H_
#define SERIN_TESTS_UNIT_SERVER_CONTROL_CONTROL_MEMBERS_H_

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "serin/internal/v1/cluster_service.pb.h"
#include "server/cluster/member.h"

// Predictors and proxies that join a control role.

namespace serin {

inline internal::v1::MemberHello PredictorHello() {
  internal::v1::MemberHello hello;
  hello.set_role(internal::v1::MemberHello::ROLE_PREDICT);
  hello.set_address("127.0.0.1:1");
  return hello;
}

// Of a store to which nothing was written; each change adds one.
inline constexpr uint64_t kEmptyRevision = 1;

// A predictor that can hold back what it does about a state, and refuse a version.
class HesitantMember {
 public:
  explicit HesitantMember(std::shared_ptr<grpc::Channel> channel)
      : member_(std::move(channel), Hello(), Hooks()) {}
  ~HesitantMember() { Release(); }

  // The newest state once its revision is at least this.
  internal::v1::ClusterState AwaitState(uint64_t revision) {
    const auto there = [&] { return state_ && state_->revision() >= revision; };
    absl::MutexLock lock(&mutex_);
    EXPECT_TRUE(mutex_.AwaitWithTimeout(absl::Condition(&there), absl::Seconds(20)));
    return state_.value_or(internal::v1::ClusterState());
  }
  void Release() {
    absl::MutexLock lock(&mutex_);
    holding_ = false;
  }
  void Hold() {
    absl::MutexLock lock(&mutex_);
    holding_ = true;
  }
  void Refuse(int32_t version) {
    absl::MutexLock lock(&mutex_);
    refused_ = version;
  }

 private:
  static internal::v1::MemberHello Hello() {
    internal::v1::MemberHello hello;
    hello.set_role(internal::v1::MemberHello::ROLE_PREDICT);
    hello.set_id("hesitant");
    return hello;
  }
  PredictorHooks Hooks() {
    return {
        .apply = [this](const internal::v1::ClusterState& state,
                        const ApplyContext& context) { return Apply(state, context); },
        .report = [this] { return Report(); },
        .load = [] { return 0.0; },
    };
  }
  bool Apply(const internal::v1::ClusterState& state, const ApplyContext& context) {
    {
      absl::MutexLock lock(&mutex_);
      state_ = state;
      const auto released = [this] { return !holding_; };
      mutex_.Await(absl::Condition(&released));
      loaded_ = state;
    }
    context.report_changed();
    return true;
  }
  internal::v1::ReplicaReport Report() {
    absl::MutexLock lock(&mutex_);
    internal::v1::ReplicaReport report;
    for (const auto& model : loaded_.models()) {
      for (const auto& version : model.versions()) {
        if (version.version() == refused_) {
          SetName(model, version, report.add_failures());
          report.mutable_failures()->rbegin()->set_reason("golden row 3 differs");
        } else {
          SetName(model, version, report.add_loaded());
        }
      }
    }
    return report;
  }
  template <typename Message>
  static void SetName(const internal::v1::ModelState& model,
                      const internal::v1::VersionState& version, Message* message) {
    message->set_project(model.project());
    message->set_model(model.model());
    message->set_version(version.version());
  }

  absl::Mutex mutex_;
  std::optional<internal::v1::ClusterState> state_;
  internal::v1::ClusterState loaded_;
  bool holding_ = false;
  int32_t refused_ = 0;
  ClusterMember member_;
};

// A proxy that acts on each state at once.
class ObedientProxy {
 public:
  explicit ObedientProxy(std::shared_ptr<grpc::Channel> channel)
      : member_(std::move(channel), Hello(), [this](const internal::v1::ClusterState& state) {
          absl::MutexLock lock(&mutex_);
          state_ = state;
          internal::v1::AppliedState applied;
          applied.set_revision(state.revision());
          return applied;
        }) {}

  // The first state of which this is true.
  internal::v1::ClusterState Await(
      const std::function<bool(const internal::v1::ClusterState&)>& is_true) {
    const auto there = [&] { return is_true(state_); };
    absl::MutexLock lock(&mutex_);
    EXPECT_TRUE(mutex_.AwaitWithTimeout(absl::Condition(&there), absl::Seconds(20)));
    return state_;
  }

 private:
  static internal::v1::MemberHello Hello() {
    internal::v1::MemberHello hello;
    hello.set_role(internal::v1::MemberHello::ROLE_PROXY);
    return hello;
  }

  absl::Mutex mutex_;
  internal::v1::ClusterState state_;
  ClusterMember member_;
};

}  // namespace serin

#endif  // SERIN_TESTS_UNIT_SERVER_CONTROL_CONTROL_MEMBERS_H_
