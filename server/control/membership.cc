#include "server/control/membership.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"

namespace serin {

using internal::v1::MemberHello;
using internal::v1::ReplicaReport;

uint64_t Membership::Join(MemberHello hello) {
  const uint64_t session = ++last_session_;
  // One that gives no id cannot be told from others, and so takes the place of none.
  if (hello.id().empty()) hello.set_id(absl::StrCat("session-", session));
  RemoveSameAddress(hello);
  MemberStatus& member = members_[hello.id()];
  if (member.connected()) sessions_.erase(member.session);
  if (member.hello.role() != hello.role()) member = {};
  member.session = session;
  member.forget_at = absl::InfiniteFuture();
  member.applied = 0;
  sessions_[session] = hello.id();
  member.hello = std::move(hello);
  return session;
}

void Membership::RemoveSameAddress(const MemberHello& hello) {
  if (hello.address().empty()) return;
  for (auto it = members_.begin(); it != members_.end();) {
    const MemberHello& other = it->second.hello;
    const auto next = std::next(it);
    if (other.id() != hello.id() && other.role() == hello.role() &&
        other.address() == hello.address()) {
      sessions_.erase(it->second.session);
      members_.erase(it);
    }
    it = next;
  }
}

bool Membership::Leave(uint64_t session, absl::Time now) {
  MemberStatus* member = FindMutable(session);
  if (member == nullptr) return false;
  sessions_.erase(session);
  const bool stays = member->takes_calls();
  if (stays) {
    member->session = 0;
    member->forget_at = now + grace_;
    return false;
  }
  const bool was_replica = member->is(MemberHello::ROLE_PREDICT);
  members_.erase(member->hello.id());
  return was_replica;
}

bool Membership::Report(uint64_t session, ReplicaReport report) {
  MemberStatus* member = FindMutable(session);
  if (member == nullptr || !member->is(MemberHello::ROLE_PREDICT)) return false;
  // Reports have no maps, so that equal ones have equal bytes.
  if (member->reported && report.SerializeAsString() == member->report.SerializeAsString()) {
    return false;
  }
  member->reported = true;
  member->report = std::move(report);
  return true;
}

bool Membership::ReportLoad(uint64_t session, double load) {
  MemberStatus* member = FindMutable(session);
  if (member == nullptr) return false;
  member->load = load;
  return true;
}

bool Membership::ReportDistributions(uint64_t session,
                                     internal::v1::DistributionReport distributions) {
  MemberStatus* member = FindMutable(session);
  if (member == nullptr) return false;
  member->distributions = std::move(distributions);
  return true;
}

bool Membership::Applied(uint64_t session, uint64_t revision) {
  MemberStatus* member = FindMutable(session);
  if (member == nullptr) return false;
  member->applied = revision;
  return true;
}

std::vector<MemberStatus> Membership::Expire(absl::Time now) {
  std::vector<MemberStatus> expired;
  for (auto it = members_.begin(); it != members_.end();) {
    const auto next = std::next(it);
    if (it->second.forget_at <= now) {
      expired.push_back(std::move(it->second));
      members_.erase(it);
    }
    it = next;
  }
  return expired;
}

const MemberStatus* Membership::Find(uint64_t session) const {
  const auto it = sessions_.find(session);
  return it == sessions_.end() ? nullptr : &members_.at(it->second);
}

MemberStatus* Membership::FindMutable(uint64_t session) {
  return const_cast<MemberStatus*>(Find(session));
}

bool Membership::AllApplied(MemberRole role, uint64_t revision) const {
  return std::all_of(members_.begin(), members_.end(), [&](const auto& entry) {
    const MemberStatus& member = entry.second;
    return !member.is(role) || !member.connected() || member.report.draining() ||
           member.applied >= revision;
  });
}

int Membership::Count(MemberRole role) const {
  return static_cast<int>(std::count_if(members_.begin(), members_.end(), [&](const auto& entry) {
    return entry.second.connected() && entry.second.is(role);
  }));
}

void Membership::FillReplicas(internal::v1::ClusterState* state) const {
  for (const auto& [id, member] : members_) {
    if (!member.reported) continue;
    internal::v1::Replica& replica = *state->add_replicas();
    replica.set_id(id);
    replica.set_address(member.hello.address());
    replica.set_role(member.hello.role());
    *replica.mutable_loaded() = member.report.loaded();
    *replica.mutable_on_demand() = member.report.on_demand();
    replica.set_draining(member.report.draining());
    replica.set_load(member.load);
  }
}

std::vector<v1::ReplicaVersion> Membership::VersionsOf(absl::string_view project,
                                                       absl::string_view model) const {
  std::vector<v1::ReplicaVersion> versions;
  for (const auto& [id, member] : members_) {
    for (const internal::v1::VersionReport& report : member.report.versions()) {
      if (report.project() != project || report.model() != model) continue;
      versions.push_back(report.version());
      versions.back().set_replica(member.hello.address());
    }
  }
  std::sort(versions.begin(), versions.end(), [](const auto& a, const auto& b) {
    return std::forward_as_tuple(a.replica(), a.version()) <
           std::forward_as_tuple(b.replica(), b.version());
  });
  return versions;
}

}  // namespace serin
