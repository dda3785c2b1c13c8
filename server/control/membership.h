#ifndef SERIN_SERVER_CONTROL_MEMBERSHIP_H_
#define SERIN_SERVER_CONTROL_MEMBERSHIP_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "serin/internal/v1/cluster_service.pb.h"

namespace serin {

using MemberRole = internal::v1::MemberHello::Role;

// What control knows of one member.
struct MemberStatus {
  internal::v1::MemberHello hello;
  // Of a predictor: its last report, once there was one.
  bool reported = false;
  internal::v1::ReplicaReport report;
  double load = 0;
  internal::v1::DistributionReport distributions;
  // The last state that it acts on; 0: none yet.
  uint64_t applied = 0;
  // The join that counts; 0: its stream has ended, and it may join again until `forget_at`.
  uint64_t session = 0;
  absl::Time forget_at = absl::InfiniteFuture();

  bool connected() const { return session != 0; }
  bool is(MemberRole role) const { return hello.role() == role; }
  // A predictor that takes new calls.
  bool takes_calls() const {
    return is(internal::v1::MemberHello::ROLE_PREDICT) && !report.draining();
  }
};

// Who belongs to the cluster, and what each has said last. Time is given to it, so that it needs no
// clock. Not thread-safe.
class Membership {
 public:
  // `grace`: how long a predictor whose stream broke off may take to join again until it is
  // forgotten.
  explicit Membership(absl::Duration grace) : grace_(grace) {}

  // A member has joined; returns its session, never 0. One that is here under the same id, or with
  // the same role and address (a process that was started again), is replaced: what its old session
  // still says no longer counts. What it reported is kept if the id is the same.
  uint64_t Join(internal::v1::MemberHello hello);

  // What follows does nothing, and returns false, for a session that no longer counts.

  // The stream has ended. True if the replicas have changed, which they have if it had said that it
  // leaves: one that did not stays for the grace, in which proxies go on using it.
  bool Leave(uint64_t session, absl::Time now);
  // True if it says something new.
  bool Report(uint64_t session, internal::v1::ReplicaReport report);
  bool ReportLoad(uint64_t session, double load);
  bool ReportDistributions(uint64_t session, internal::v1::DistributionReport distributions);
  bool Applied(uint64_t session, uint64_t revision);

  // Forgets those whose grace is over and returns them.
  std::vector<MemberStatus> Expire(absl::Time now);

  // nullptr for a session that no longer counts.
  const MemberStatus* Find(uint64_t session) const;

  // Whether every connected member of a role acts on `revision` or a later one. Those that are
  // leaving are not waited for.
  bool AllApplied(MemberRole role, uint64_t revision) const;

  // Connected ones.
  int Count(MemberRole role) const;

  // The predictors, those in their grace too, in order of id. One that has not reported yet is left
  // out: it may be one that proxies know from an earlier control, with all that it has loaded.
  void FillReplicas(internal::v1::ClusterState* state) const;

  // What the predictors, those in their grace too, have reported of a model's versions, in order of
  // address, then version.
  std::vector<v1::ReplicaVersion> VersionsOf(absl::string_view project,
                                             absl::string_view model) const;

  // All, by id.
  const std::map<std::string, MemberStatus>& members() const { return members_; }

 private:
  MemberStatus* FindMutable(uint64_t session);
  void RemoveSameAddress(const internal::v1::MemberHello& hello);

  const absl::Duration grace_;
  uint64_t last_session_ = 0;
  std::map<std::string, MemberStatus> members_;
  // Ids by session, of those connected.
  std::map<uint64_t, std::string> sessions_;
};

}  // namespace serin

#endif  // SERIN_SERVER_CONTROL_MEMBERSHIP_H_
