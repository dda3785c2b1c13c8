#include "server/control/cluster_publisher.h"

#include <algorithm>
#include <utility>

namespace serin {

using internal::v1::AppliedState;
using internal::v1::ClusterState;

namespace {
constexpr int kAllListeners = 0;
}  // namespace

ClusterPublisher::ClusterPublisher(const Clock* clock, absl::Duration apply_timeout)
    : clock_(clock), apply_timeout_(apply_timeout), state_(std::make_shared<ClusterState>()) {}

void ClusterPublisher::Publish(State state) {
  {
    absl::MutexLock lock(&mutex_);
    state_ = std::move(state);
  }
  listeners_.NotifyAll();
}

ClusterPublisher::State ClusterPublisher::state() const {
  absl::MutexLock lock(&mutex_);
  return state_;
}

ClusterPublisher::Member::~Member() {
  subscription_.reset();
  publisher_->Leave(id_);
}

void ClusterPublisher::Member::Report(AppliedState applied) {
  publisher_->Report(id_, std::move(applied));
}

std::unique_ptr<ClusterPublisher::Member> ClusterPublisher::Join(std::function<void()> on_change) {
  uint64_t id = 0;
  {
    absl::MutexLock lock(&mutex_);
    id = ++last_id_;
    members_.emplace(id, AppliedState());
  }
  auto member = std::make_unique<Member>(this, id);
  member->subscription_ = listeners_.Add(kAllListeners, std::move(on_change));
  return member;
}

void ClusterPublisher::Leave(uint64_t id) {
  {
    absl::MutexLock lock(&mutex_);
    members_.erase(id);
  }
  EndWaits();
}

void ClusterPublisher::Report(uint64_t id, AppliedState applied) {
  {
    absl::MutexLock lock(&mutex_);
    members_[id] = std::move(applied);
  }
  EndWaits();
}

void ClusterPublisher::WhenApplied(std::function<void()> done) {
  {
    absl::MutexLock lock(&mutex_);
    waits_.push_back({state_->revision(), clock_->Now() + apply_timeout_, std::move(done)});
  }
  EndWaits();
}

void ClusterPublisher::ExpireWaits() { EndWaits(); }

std::optional<std::string> ClusterPublisher::RefusalOf(absl::string_view project,
                                                       absl::string_view model_version) const {
  absl::MutexLock lock(&mutex_);
  for (const auto& [id, applied] : members_) {
    for (const auto& failure : applied.failures()) {
      if (failure.project() == project && failure.model_version() == model_version) {
        return failure.reason();
      }
    }
  }
  return std::nullopt;
}

void ClusterPublisher::Drain() {
  {
    absl::MutexLock lock(&mutex_);
    draining_ = true;
  }
  EndWaits();
  listeners_.NotifyAll();
}

bool ClusterPublisher::draining() const {
  absl::MutexLock lock(&mutex_);
  return draining_;
}

bool ClusterPublisher::IsOver(const Wait& wait) const {
  return draining_ || wait.deadline <= clock_->Now() ||
         std::all_of(members_.begin(), members_.end(),
                     [&](const auto& member) { return member.second.revision() >= wait.revision; });
}

void ClusterPublisher::EndWaits() {
  std::list<Wait> over;
  {
    absl::MutexLock lock(&mutex_);
    for (auto wait = waits_.begin(); wait != waits_.end();) {
      const auto next = std::next(wait);
      if (IsOver(*wait)) over.splice(over.end(), waits_, wait);
      wait = next;
    }
  }
  for (const Wait& wait : over) wait.done();
}

}  // namespace serin
