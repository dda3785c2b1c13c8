#include "core/traffic/routing_table.h"

#include <gtest/gtest.h>

namespace serin {
namespace {

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

TEST(RoutingTableTest, Models_AreFoundInTheirProjectOnly) {
  const RoutingTable table(TwoProjects());
  EXPECT_EQ(table.revision(), 7);
  ASSERT_NE(table.FindModel("team", "iris"), nullptr);
  EXPECT_EQ(table.FindModel("team", "iris")->project(), "team");
  EXPECT_EQ(table.FindModel("default", "iris")->project(), "default");
  EXPECT_EQ(table.FindModel("other", "iris"), nullptr);
  EXPECT_EQ(table.FindModel("team", "wine"), nullptr);
}

TEST(RoutingTableTest, Empty_KnowsNoModel) {
  const RoutingTable table;
  EXPECT_EQ(table.revision(), 0);
  EXPECT_EQ(table.FindModel("default", "iris"), nullptr);
}

}  // namespace
}  // namespace serin
