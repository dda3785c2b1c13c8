#include "core/traffic/known_replicas.h"

#include <algorithm>

namespace serin {

using internal::v1::ClusterState;
using internal::v1::Replica;

void KeepKnownReplicas(const google::protobuf::RepeatedPtrField<Replica>& known,
                       ClusterState* state) {
  if (!state->settling()) return;
  auto& replicas = *state->mutable_replicas();
  const auto has = [&](const Replica& candidate) {
    return std::any_of(replicas.begin(), replicas.end(), [&](const Replica& replica) {
      return replica.id() == candidate.id() || replica.address() == candidate.address();
    });
  };
  for (const Replica& replica : known) {
    if (!replica.draining() && !has(replica)) *replicas.Add() = replica;
  }
  std::sort(replicas.begin(), replicas.end(),
            [](const Replica& a, const Replica& b) { return a.id() < b.id(); });
}

}  // namespace serin
