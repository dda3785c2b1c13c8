#include "core/traffic/routing_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/string_view.h"
#include "google/protobuf/text_format.h"

namespace serin {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

internal::v1::ClusterState TwoProjects() {
  internal::v1::ClusterState state;
  state.set_revision(7);
  for (const char* project : {"default", "team"}) {
    auto* model = state.add_models();
    model->set_project(project);
    model->set_model("iris");
  }
  return state;
}

// a has versions 1 and 2, b only 1, c is draining, d has nothing yet.
internal::v1::ClusterState FourReplicas() {
  internal::v1::ClusterState state;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
      R"pb(
        revision: 1
        replicas {
          id: "a"
          address: "10.0.0.1:8501"
          loaded { project: "default" model: "iris" version: 1 }
          loaded { project: "default" model: "iris" version: 2 }
          loaded { project: "default" model: "iris" version: 2 }
        }
        replicas {
          id: "b"
          loaded { project: "default" model: "iris" version: 1 }
          loaded { project: "team" model: "iris" version: 3 }
        }
        replicas {
          id: "c"
          draining: true
          loaded { project: "default" model: "iris" version: 1 }
          loaded { project: "default" model: "iris" version: 4 }
        }
        replicas { id: "d" }
      )pb",
      &state));
  return state;
}

TEST(RoutingTableTest, Models_AreFoundInTheirProjectOnly) {
  const RoutingTable table(TwoProjects());
  EXPECT_EQ(table.revision(), 7);
  ASSERT_NE(table.FindModel("team", "iris"), nullptr);
  EXPECT_EQ(table.FindModel("team", "iris")->project(), "team");
  EXPECT_EQ(table.FindModel("default", "iris")->project(), "default");
  EXPECT_EQ(table.FindModel("other", "iris"), nullptr);
  EXPECT_EQ(table.FindModel("team", "wine"), nullptr);
}

TEST(RoutingTableTest, Empty_KnowsNoModelAndNoReplica) {
  const RoutingTable table;
  EXPECT_EQ(table.revision(), 0);
  EXPECT_EQ(table.FindModel("default", "iris"), nullptr);
  EXPECT_THAT(table.replicas(), IsEmpty());
  EXPECT_THAT(table.active_replicas(), IsEmpty());
  EXPECT_THAT(table.ReplicasOf("default", "iris", 1), IsEmpty());
}

TEST(RoutingTableTest, LoadersOf_AreThoseThatLoadTheVersionOnDemand) {
  internal::v1::ClusterState state = FourReplicas();
  const auto add = [&](int replica, int32_t version) {
    auto* on_demand = state.mutable_replicas(replica)->add_on_demand();
    on_demand->set_project("default");
    on_demand->set_model("iris");
    on_demand->set_version(version);
  };
  add(1, 2);  // a has loaded it.
  add(0, 7);
  add(2, 7);  // Is draining.
  add(3, 7);
  const RoutingTable table(state);
  EXPECT_THAT(table.ReplicasOf("default", "iris", 2), ElementsAre(0));
  EXPECT_THAT(table.LoadersOf("default", "iris", 2), ElementsAre(1));
  EXPECT_THAT(table.ReplicasOf("default", "iris", 7), IsEmpty());
  EXPECT_THAT(table.LoadersOf("default", "iris", 7), ElementsAre(0, 3));
  EXPECT_THAT(table.active_replicas(), ElementsAre(0, 1, 3));
}

TEST(RoutingTableTest, ReplicasOf_AreThoseThatHaveLoadedTheVersion_EachOnce) {
  const RoutingTable table(FourReplicas());
  EXPECT_THAT(table.ReplicasOf("default", "iris", 1), ElementsAre(0, 1));
  EXPECT_THAT(table.ReplicasOf("default", "iris", 2), ElementsAre(0));
  EXPECT_THAT(table.ReplicasOf("team", "iris", 3), ElementsAre(1));
  EXPECT_EQ(table.replicas().Get(table.ReplicasOf("default", "iris", 2)[0]).address(),
            "10.0.0.1:8501");
}

TEST(RoutingTableTest, ReplicasOf_WhatNobodyHas_AreNone) {
  const RoutingTable table(FourReplicas());
  EXPECT_THAT(table.ReplicasOf("default", "iris", 3), IsEmpty());
  EXPECT_THAT(table.ReplicasOf("team", "iris", 1), IsEmpty());
  EXPECT_THAT(table.ReplicasOf("default", "wine", 1), IsEmpty());
}

TEST(RoutingTableTest, DrainingReplicas_TakeNoNewCalls_ButAreListed) {
  const RoutingTable table(FourReplicas());
  EXPECT_THAT(table.ReplicasOf("default", "iris", 4), IsEmpty());
  EXPECT_THAT(table.active_replicas(), ElementsAre(0, 1));
  EXPECT_EQ(table.replicas().size(), 4);
}

}  // namespace
}  // namespace serin
