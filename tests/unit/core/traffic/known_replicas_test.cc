#include "core/traffic/known_replicas.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace serin {
namespace {

using internal::v1::ClusterState;

void Add(ClusterState& state, const std::string& id, const std::string& address, int loaded) {
  auto& replica = *state.add_replicas();
  replica.set_id(id);
  replica.set_address(address);
  for (int i = 0; i < loaded; ++i) replica.add_loaded()->set_version(i + 1);
}

// Each as id@address:versions.
std::string Show(const ClusterState& state) {
  std::vector<std::string> shown;
  for (const auto& replica : state.replicas()) {
    shown.push_back(absl::StrCat(replica.id(), "@", replica.address(), ":", replica.loaded_size()));
  }
  return absl::StrJoin(shown, " ");
}

TEST(KeepKnownReplicasTest, WhileSettling_ThoseMissingStay_InOrder) {
  ClusterState known;
  Add(known, "a", "h:1", 2);
  Add(known, "c", "h:3", 1);
  ClusterState state;
  state.set_settling(true);
  Add(state, "b", "h:2", 0);
  KeepKnownReplicas(known.replicas(), &state);
  EXPECT_EQ(Show(state), "a@h:1:2 b@h:2:0 c@h:3:1");
}

TEST(KeepKnownReplicasTest, WhatTheStateSays_Counts) {
  ClusterState known;
  Add(known, "a", "h:1", 2);
  Add(known, "old", "h:2", 2);
  ClusterState state;
  state.set_settling(true);
  Add(state, "a", "h:1", 5);
  Add(state, "restarted", "h:2", 0);
  KeepKnownReplicas(known.replicas(), &state);
  EXPECT_EQ(Show(state), "a@h:1:5 restarted@h:2:0");
}

TEST(KeepKnownReplicasTest, OneThatSaidThatItLeaves_IsGone) {
  ClusterState known;
  Add(known, "a", "h:1", 2);
  known.mutable_replicas(0)->set_draining(true);
  ClusterState state;
  state.set_settling(true);
  KeepKnownReplicas(known.replicas(), &state);
  EXPECT_EQ(Show(state), "");
}

TEST(KeepKnownReplicasTest, OnceSettled_WhoIsMissingIsGone) {
  ClusterState known;
  Add(known, "a", "h:1", 2);
  ClusterState state;
  KeepKnownReplicas(known.replicas(), &state);
  EXPECT_EQ(Show(state), "");
}

}  // namespace
}  // namespace serin
