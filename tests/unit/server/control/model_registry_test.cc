#include "server/control/model_registry.h"

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/sha256.h"
#include "core/storage/memory_store.h"
#include "server/control/bundle_store.h"
#include "server/control/cluster_state.h"
#include "server/control/keys.h"
#include "server/control/model_queries.h"
#include "tests/testing/simulated_clock.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using ::testing::ElementsAre;
using ::testing::Eq;
using ::testing::HasSubstr;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
constexpr auto kNotFound = absl::StatusCode::kNotFound;
constexpr auto kPrecondition = absl::StatusCode::kFailedPrecondition;

TrafficSplit Split(std::vector<std::pair<int32_t, int32_t>> weights) {
  TrafficSplit split;
  for (const auto& [version, weight] : weights) {
    v1::TrafficWeight& share = *split.Add();
    share.set_version(version);
    share.set_weight(weight);
  }
  return split;
}

std::string Show(const TrafficSplit& traffic) {
  std::string text;
  for (const auto& share : traffic)
    absl::StrAppend(&text, share.version(), ":", share.weight(), " ");
  return text;
}

class ModelRegistryTest : public testing::Test {
 protected:
  ModelRegistryTest() { Restart(); }

  // As a new process on the same disk.
  void Restart() {
    registry_ = std::make_unique<ModelRegistry>(
        &store_, &clock_, [this](std::shared_ptr<const internal::v1::ClusterState> state) {
          revisions_.push_back(state->revision());
        });
    ASSERT_THAT(registry_->Recover(), IsOk());
  }

  absl::StatusOr<v1::ModelVersion> Register(absl::string_view model, absl::string_view bundle,
                                            absl::string_view project = "default") {
    return registry_->Register(project, model, bundle, v1::ModelVersion(), v1::Promotion(),
                               [](const v1::ModelVersion&, WriteBatch&) {});
  }

  v1::Model Model(absl::string_view model) {
    const absl::StatusOr<v1::Model> found = GetModel(store_, "default", model);
    EXPECT_THAT(found, IsOk());
    return found.value_or(v1::Model());
  }

  bool HasBundle(absl::string_view bundle) {
    return ReadBundleChunk(store_, "default", Sha256Hex(bundle), 0).ok();
  }

  size_t KeyCount() {
    size_t count = 0;
    EXPECT_THAT(store_.Scan("default/", "",
                            [&](absl::string_view, absl::string_view) {
                              ++count;
                              return true;
                            }),
                IsOk());
    return count;
  }

  MemoryStore store_;
  SimulatedClock clock_;
  std::vector<uint64_t> revisions_;
  std::unique_ptr<ModelRegistry> registry_;
};

TEST_F(ModelRegistryTest, FirstVersion_TakesAllTraffic_LaterOnesNone) {
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::ModelVersion first, Register("iris", "bundle one"));
  EXPECT_EQ(first.name(), "models/iris/versions/1");
  EXPECT_EQ(first.bundle_sha256(), Sha256Hex("bundle one"));
  EXPECT_EQ(first.bundle_bytes(), 10);
  EXPECT_EQ(FromProto(first.create_time()), clock_.Now());
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::ModelVersion second, Register("iris", "bundle two"));
  EXPECT_EQ(second.version(), 2);

  const v1::Model model = Model("iris");
  EXPECT_EQ(Show(model.traffic()), "1:100 ");
  EXPECT_EQ(model.version_count(), 2);
  EXPECT_EQ(model.latest_version(), 2);
}

TEST_F(ModelRegistryTest, Register_WritesWhatElseBelongsToIt_InTheSameBatch) {
  const int writes = store_.write_count();
  const auto also = [](const v1::ModelVersion& version, WriteBatch& batch) {
    batch.PutValue("default/other", version.name());
  };
  ASSERT_THAT(
      registry_->Register("default", "iris", "b", v1::ModelVersion(), v1::Promotion(), also),
      IsOk());
  EXPECT_EQ(store_.write_count(), writes + 1);
  EXPECT_EQ(*store_.Get("default/other"), "models/iris/versions/1");
}

TEST_F(ModelRegistryTest, Bundle_LongerThanAChunk_ComesBackWhole) {
  const std::string bundle = std::string(kBundleChunkBytes, 'a') + std::string(10, 'b');
  ASSERT_THAT(Register("iris", bundle), IsOk());
  const std::string sha = Sha256Hex(bundle);
  EXPECT_EQ(ReadBundleChunk(store_, "default", sha, 0)->size(), kBundleChunkBytes);
  EXPECT_EQ(*ReadBundleChunk(store_, "default", sha, 1), std::string(10, 'b'));
  EXPECT_THAT(ReadBundleChunk(store_, "default", sha, 2), IsError(kNotFound, testing::_));
}

TEST_F(ModelRegistryTest, SetTraffic_ReplacesTheSetting_AndTellsTheCluster) {
  ASSERT_THAT(Register("iris", "one"), IsOk());
  ASSERT_THAT(Register("iris", "two"), IsOk());
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Model changed,
                             registry_->SetTraffic("default", "iris", {Split({{1, 90}, {2, 10}})}));
  EXPECT_EQ(Show(changed.traffic()), "1:90 2:10 ");
  EXPECT_EQ(Show(FindModel(*registry_->state(), "default", "iris")->traffic()), "1:90 2:10 ");
  EXPECT_THAT(revisions_, ElementsAre(1, 2, 3, 4));
}

TEST_F(ModelRegistryTest, SetTraffic_RefusesWhatIsWrong_AndChangesNothing) {
  ASSERT_THAT(Register("iris", "one"), IsOk());
  EXPECT_THAT(registry_->SetTraffic("default", "iris", {Split({{1, 99}})}),
              IsError(kInvalid, HasSubstr("99")));
  EXPECT_THAT(registry_->SetTraffic("default", "iris", {Split({{1, -1}, {2, 101}})}),
              IsError(kInvalid, HasSubstr("traffic")));
  EXPECT_THAT(registry_->SetTraffic("default", "iris", {Split({{1, 90}, {7, 10}})}),
              IsError(kNotFound, HasSubstr("models/iris/versions/7 does not exist")));
  EXPECT_THAT(registry_->SetTraffic("default", "rose", {Split({{1, 100}})}),
              IsError(kNotFound, HasSubstr("models/rose does not exist")));
  EXPECT_EQ(Show(Model("iris").traffic()), "1:100 ");
  EXPECT_EQ(registry_->state()->revision(), 2u);
}

TEST_F(ModelRegistryTest, Shadows_AreSetWithTheTraffic_AndSurviveARestart) {
  ASSERT_THAT(Register("iris", "one"), IsOk());
  ASSERT_THAT(Register("iris", "two"), IsOk());
  TrafficSetting setting = {Split({{1, 100}})};
  v1::ShadowTraffic& shadow = *setting.shadows.Add();
  shadow.set_version(2);
  shadow.set_percent(10);
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Model changed,
                             registry_->SetTraffic("default", "iris", setting));
  ASSERT_EQ(changed.shadows_size(), 1);
  Restart();
  const auto* model = FindModel(*registry_->state(), "default", "iris");
  ASSERT_EQ(model->shadows_size(), 1);
  EXPECT_EQ(model->shadows(0).version(), 2);
  EXPECT_EQ(model->shadows(0).percent(), 10);
  EXPECT_THAT(registry_->DeleteVersion("default", "iris", 2),
              IsError(kPrecondition, HasSubstr("it gets copies of 10% of the predictions")));

  ASSERT_THAT(registry_->SetTraffic("default", "iris", {Split({{1, 100}})}), IsOk());
  EXPECT_EQ(FindModel(*registry_->state(), "default", "iris")->shadows_size(), 0);
  EXPECT_EQ(Model("iris").shadows_size(), 0);
  EXPECT_THAT(registry_->DeleteVersion("default", "iris", 2), IsOk());
}

TEST_F(ModelRegistryTest, Shadows_ThatAreWrong_AreRefused_AndChangeNothing) {
  ASSERT_THAT(Register("iris", "one"), IsOk());
  TrafficSetting setting = {Split({{1, 100}})};
  setting.shadows.Add()->set_version(7);
  setting.shadows[0].set_percent(101);
  EXPECT_THAT(registry_->SetTraffic("default", "iris", setting),
              IsError(kInvalid, HasSubstr("shadows[0].percent")));
  setting.shadows[0].set_percent(1);
  EXPECT_THAT(registry_->SetTraffic("default", "iris", setting),
              IsError(kNotFound, HasSubstr("models/iris/versions/7 does not exist")));
  EXPECT_EQ(Model("iris").shadows_size(), 0);
}

TEST_F(ModelRegistryTest, SetAlias_PointsMovesAndRemoves) {
  ASSERT_THAT(Register("iris", "one"), IsOk());
  ASSERT_THAT(Register("iris", "two"), IsOk());
  EXPECT_EQ(registry_->SetAlias("default", "iris", "champion", 1)->aliases().at("champion"), 1);
  EXPECT_EQ(registry_->SetAlias("default", "iris", "champion", 2)->aliases().at("champion"), 2);
  EXPECT_TRUE(registry_->SetAlias("default", "iris", "champion", 0)->aliases().empty());

  EXPECT_THAT(registry_->SetAlias("default", "iris", "champion", 3),
              IsError(kNotFound, HasSubstr("versions/3")));
  EXPECT_THAT(registry_->SetAlias("default", "iris", "champion", -1),
              IsError(kInvalid, HasSubstr("version: ")));
  EXPECT_THAT(registry_->SetAlias("default", "iris", "12", 1),
              IsError(kInvalid, HasSubstr("alias: ")));
}

TEST_F(ModelRegistryTest, DeleteVersion_InUse_IsRefusedSayingBywhat) {
  ASSERT_THAT(Register("iris", "one"), IsOk());
  ASSERT_THAT(Register("iris", "two"), IsOk());
  ASSERT_THAT(registry_->SetAlias("default", "iris", "champion", 2), IsOk());

  EXPECT_THAT(registry_->DeleteVersion("default", "iris", 1),
              IsError(kPrecondition, HasSubstr("takes 100% of the traffic")));
  EXPECT_THAT(registry_->DeleteVersion("default", "iris", 2),
              IsError(kPrecondition, HasSubstr("the alias 'champion' names it")));
  EXPECT_EQ(ReasonOf(registry_->DeleteVersion("default", "iris", 2)), "VERSION_IN_USE");
  EXPECT_THAT(registry_->DeleteVersion("default", "iris", 3),
              IsError(kNotFound, HasSubstr("versions/3")));
}

TEST_F(ModelRegistryTest, DeleteVersion_RemovesItsBundleAndItsZeroWeight) {
  ASSERT_THAT(Register("iris", "one"), IsOk());
  ASSERT_THAT(Register("iris", "two"), IsOk());
  ASSERT_THAT(registry_->SetTraffic("default", "iris", {Split({{1, 0}, {2, 100}})}), IsOk());
  ASSERT_THAT(registry_->DeleteVersion("default", "iris", 1), IsOk());

  EXPECT_FALSE(HasBundle("one"));
  EXPECT_TRUE(HasBundle("two"));
  EXPECT_EQ(Show(Model("iris").traffic()), "2:100 ");
  EXPECT_THAT(GetModelVersion(store_, "default", "iris", 1),
              IsError(kNotFound, HasSubstr("versions/1")));
}

TEST_F(ModelRegistryTest, Bundle_SharedWithAnotherVersion_SurvivesUntilTheLastIsDeleted) {
  ASSERT_THAT(Register("iris", "same"), IsOk());
  ASSERT_THAT(Register("iris", "same"), IsOk());
  ASSERT_THAT(Register("rose", "same"), IsOk());
  ASSERT_THAT(registry_->DeleteVersion("default", "iris", 2), IsOk());
  EXPECT_TRUE(HasBundle("same"));
  ASSERT_THAT(registry_->DeleteModel("default", "iris"), IsOk());
  EXPECT_TRUE(HasBundle("same"));
  ASSERT_THAT(registry_->DeleteModel("default", "rose"), IsOk());
  EXPECT_FALSE(HasBundle("same"));
}

TEST_F(ModelRegistryTest, VersionNumbers_AreNeverUsedAgain) {
  ASSERT_THAT(Register("iris", "one"), IsOk());
  ASSERT_THAT(Register("iris", "two"), IsOk());
  ASSERT_THAT(registry_->DeleteVersion("default", "iris", 2), IsOk());
  EXPECT_EQ(Model("iris").latest_version(), 1);
  EXPECT_EQ(Register("iris", "three")->version(), 3);
  ASSERT_THAT(registry_->DeleteModel("default", "iris"), IsOk());
  Restart();
  EXPECT_EQ(Register("iris", "four")->version(), 4);
  EXPECT_EQ(Show(Model("iris").traffic()), "4:100 ");
}

TEST_F(ModelRegistryTest, DeleteModel_LeavesOnlyTheNumber) {
  ASSERT_THAT(Register("iris", "one"), IsOk());
  ASSERT_THAT(Register("iris", "two"), IsOk());
  ASSERT_THAT(registry_->DeleteModel("default", "iris"), IsOk());
  EXPECT_EQ(KeyCount(), 1u);
  EXPECT_EQ(registry_->state()->models_size(), 0);
  EXPECT_THAT(registry_->DeleteModel("default", "iris"), IsError(kNotFound, HasSubstr("iris")));
}

TEST_F(ModelRegistryTest, Projects_DoNotSeeEachOther) {
  ASSERT_THAT(Register("iris", "one", "alpha"), IsOk());
  ASSERT_THAT(Register("iris", "two", "beta"), IsOk());
  ASSERT_THAT(registry_->DeleteModel("beta", "iris"), IsOk());
  EXPECT_THAT(GetModel(store_, "alpha", "iris"), IsOk());
  EXPECT_THAT(GetModel(store_, "beta", "iris"), IsError(kNotFound, HasSubstr("models/iris")));
}

TEST_F(ModelRegistryTest, Recover_RestoresTheWholeState_AndRevisionsGoOn) {
  ASSERT_THAT(Register("rose", "r", "alpha"), IsOk());
  ASSERT_THAT(Register("iris", "one"), IsOk());
  ASSERT_THAT(Register("aster", "two"), IsOk());
  ASSERT_THAT(Register("iris", "three"), IsOk());
  ASSERT_THAT(registry_->SetAlias("default", "iris", "champion", 2), IsOk());
  const std::string before = registry_->state()->DebugString();

  store_.Crash();
  Restart();
  EXPECT_EQ(registry_->state()->DebugString(), before);
  ASSERT_THAT(registry_->SetAlias("default", "iris", "champion", 0), IsOk());
  EXPECT_EQ(registry_->state()->revision(), 7u);
}

TEST_F(ModelRegistryTest, State_IsInOrderOfProjectAndModel) {
  for (const char* model : {"rose", "aster", "iris"}) {
    ASSERT_THAT(Register(model, model, "beta"), IsOk());
    ASSERT_THAT(Register(model, model, "alpha"), IsOk());
  }
  std::vector<std::string> order;
  for (const auto& model : registry_->state()->models()) {
    order.push_back(absl::StrCat(model.project(), "/", model.model()));
  }
  EXPECT_THAT(order, ElementsAre("alpha/aster", "alpha/iris", "alpha/rose", "beta/aster",
                                 "beta/iris", "beta/rose"));
}

TEST_F(ModelRegistryTest, ListModels_GoesThroughAllPages_InOrderOfNames) {
  for (const char* model : {"c", "a-b", "a", "b", "a.b"}) ASSERT_THAT(Register(model, "x"), IsOk());
  v1::ListModelsRequest request;
  request.set_page_size(2);
  std::vector<std::string> names;
  do {
    SERIN_ASSERT_OK_AND_ASSIGN(const auto page, ListModels(store_, "default", request));
    EXPECT_LE(page.models_size(), 2);
    for (const auto& model : page.models()) names.push_back(model.name());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_THAT(names, ElementsAre("models/a", "models/a-b", "models/a.b", "models/b", "models/c"));
}

TEST_F(ModelRegistryTest, ListModelVersions_IsNewestFirst_AndAPageSurvivesDeletions) {
  for (int i = 0; i < 5; ++i) ASSERT_THAT(Register("iris", absl::StrCat(i)), IsOk());
  v1::ListModelVersionsRequest request;
  request.set_page_size(2);
  SERIN_ASSERT_OK_AND_ASSIGN(auto page, ListModelVersions(store_, "default", "iris", request));
  ASSERT_EQ(page.versions_size(), 2);
  EXPECT_EQ(page.versions(0).version(), 5);
  ASSERT_THAT(registry_->DeleteVersion("default", "iris", 4), IsOk());
  ASSERT_THAT(registry_->DeleteVersion("default", "iris", 3), IsOk());

  request.set_page_token(page.next_page_token());
  SERIN_ASSERT_OK_AND_ASSIGN(page, ListModelVersions(store_, "default", "iris", request));
  ASSERT_EQ(page.versions_size(), 2);
  EXPECT_EQ(page.versions(0).version(), 2);
  EXPECT_EQ(page.next_page_token(), "");
}

TEST_F(ModelRegistryTest, MalformedPages_AreRefusedNamingTheField) {
  v1::ListModelsRequest request;
  request.set_page_size(-1);
  EXPECT_THAT(ListModels(store_, "default", request), IsError(kInvalid, HasSubstr("page_size: ")));
  request.set_page_size(5000);
  EXPECT_THAT(ListModels(store_, "default", request), IsOk());
  for (const char* token : {"?", "abc", "ZGVmYXVsdC9qb2IvMQ"}) {
    request.set_page_token(token);
    EXPECT_THAT(ListModels(store_, "default", request),
                IsError(kInvalid, HasSubstr("page_token: ")))
        << token;
  }
}

// The machine dies at each write in turn, before or after it reached the disk.
TEST_F(ModelRegistryTest, CrashAtEveryWrite_KeepsWhatWasAcknowledged_AndNothingHalf) {
  using Step = std::function<absl::Status(ModelRegistry&)>;
  const auto add = [](const char* bundle) {
    return [bundle](ModelRegistry& registry) {
      return registry
          .Register("default", "iris", bundle, v1::ModelVersion(), v1::Promotion(),
                    [](const v1::ModelVersion&, WriteBatch&) {})
          .status();
    };
  };
  const std::vector<Step> steps = {
      add("one"),
      add("two"),
      [](ModelRegistry& r) {
        return r.SetTraffic("default", "iris", {Split({{1, 0}, {2, 100}})}).status();
      },
      [](ModelRegistry& r) { return r.SetAlias("default", "iris", "best", 2).status(); },
      [](ModelRegistry& r) { return r.DeleteVersion("default", "iris", 1); },
      [](ModelRegistry& r) { return r.DeleteModel("default", "iris"); }};
  for (const auto outcome : {MemoryStore::FailedWrite::kLost, MemoryStore::FailedWrite::kKept}) {
    for (size_t crash = 0; crash < steps.size(); ++crash) {
      MemoryStore store;
      std::string before, after;
      {
        ModelRegistry reference(&store, &clock_, [](const auto&) {});
        ASSERT_THAT(reference.Recover(), IsOk());
        for (size_t i = 0; i < crash; ++i) ASSERT_THAT(steps[i](reference), IsOk());
        before = reference.state()->DebugString();
        store.FailWriteAfter(0, outcome);
        EXPECT_THAT(steps[crash](reference), IsError(absl::StatusCode::kUnavailable, testing::_));
        EXPECT_EQ(reference.state()->DebugString(), before) << "a failed change shows";
      }
      store.Crash();
      ModelRegistry recovered(&store, &clock_, [](const auto&) {});
      ASSERT_THAT(recovered.Recover(), IsOk());
      after = recovered.state()->DebugString();
      const bool kept = outcome == MemoryStore::FailedWrite::kKept;
      EXPECT_EQ(after != before, kept) << "step " << crash;
      for (const auto& model : recovered.state()->models()) {
        for (const auto& version : model.versions()) {
          EXPECT_THAT(GetModelVersion(store, "default", "iris", version.version()), IsOk());
          EXPECT_THAT(ReadBundleChunk(store, "default", version.bundle_sha256(), 0), IsOk());
        }
      }
      // Whatever was left can be worked with.
      EXPECT_THAT(add("next")(recovered), IsOk());
    }
  }
}

}  // namespace
}  // namespace serin
