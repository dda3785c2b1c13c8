#include "server/predict/model_host.h"

#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/errors.h"
#include "core/table/schema.h"
#include "tests/testing/simulated_clock.h"
#include "tests/testing/status_matchers.h"
#include "tests/unit/server/predict/tiny_model.h"

namespace serin {
namespace {

using internal::v1::ClusterState;
using internal::v1::ReplicaReport;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// Bundles by their SHA-256, with errors on command; remembers what was asked for.
class FakeControl {
 public:
  std::string Store(const internal::v1::Bundle& bundle) {
    StoredBundle stored(bundle);
    bundles_[stored.sha256] = stored.bytes;
    return stored.sha256;
  }

  void Corrupt(const std::string& sha256) { bundles_[sha256].back() ^= 1; }
  void FailNext(int times, absl::Status error) {
    failures_ = times;
    error_ = std::move(error);
  }

  BundleSource source() {
    return [this](const std::string& project, const std::string& sha256) {
      return Fetch(project, sha256);
    };
  }

  const std::vector<std::string>& fetched() const { return fetched_; }

 private:
  absl::StatusOr<std::string> Fetch(const std::string& project, const std::string& sha256) {
    EXPECT_EQ(project, "default");
    fetched_.push_back(sha256);
    if (failures_ > 0) {
      --failures_;
      return error_;
    }
    const auto it = bundles_.find(sha256);
    if (it == bundles_.end()) return absl::NotFoundError("there is no such bundle");
    return it->second;
  }

  std::map<std::string, std::string> bundles_;
  std::vector<std::string> fetched_;
  int failures_ = 0;
  absl::Status error_;
};

// The bias of a TinyClassifier: its log odds where everything is missing.
double BiasOf(const LoadedModel& model) {
  Table rows = EmptyTable(model.predictor->model().features());
  rows.columns[0].numbers = {std::numeric_limits<double>::quiet_NaN()};
  rows.columns[1].codes = {ColumnData::kMissingCode};
  const std::vector<double> probabilities = model.predictor->Score(rows)->values;
  return std::log(probabilities[1] / probabilities[0]);
}

// What is loaded, as model@version.
std::string Show(const ReplicaReport& report) {
  std::vector<std::string> names;
  for (const auto& loaded : report.loaded()) {
    names.push_back(absl::StrCat(loaded.model(), "@", loaded.version()));
  }
  return absl::StrJoin(names, " ");
}

class ModelHostTest : public testing::Test {
 protected:
  // Adds version `number` of model `flower` to the state.
  void AddVersion(int32_t number, const std::string& sha256) {
    if (state_.models().empty()) {
      state_.add_models()->set_project("default");
      state_.mutable_models(0)->set_model("flower");
    }
    auto* version = state_.mutable_models(0)->add_versions();
    version->set_version(number);
    version->set_bundle_sha256(sha256);
  }

  bool Apply() {
    state_.set_revision(state_.revision() + 1);
    return host_.Apply(state_);
  }

  absl::StatusOr<std::shared_ptr<const LoadedModel>> Find(int32_t version) {
    return host_.Find("default", "flower", version);
  }

  // How often the labels of version `number` stand in the metrics.
  int CountInMetrics(int32_t number) {
    int count = 0;
    for (const auto& family : registry_.Collect()) {
      for (const auto& metric : family.metric) {
        for (const auto& label : metric.label) {
          count += label.name == "version" && label.value == absl::StrCat(number);
        }
      }
    }
    return count;
  }

  prometheus::Registry registry_;
  PredictMetrics metrics_{&registry_};
  FakeControl control_;
  SimulatedClock clock_;
  ModelHost host_{control_.source(), &metrics_, &clock_};
  ClusterState state_;
};

TEST_F(ModelHostTest, BeforeTheFirstState_VersionsAreUnavailable) {
  EXPECT_FALSE(host_.ready());
  EXPECT_THAT(Find(1),
              IsError(absl::StatusCode::kUnavailable, HasSubstr("not heard from control")));
}

TEST_F(ModelHostTest, EmptyState_MakesItReady) {
  EXPECT_TRUE(Apply());
  EXPECT_TRUE(host_.ready());
  EXPECT_THAT(Find(1),
              IsError(absl::StatusCode::kNotFound, "models/flower/versions/1 does not exist"));
}

TEST_F(ModelHostTest, VersionsOfTheState_AreLoaded) {
  AddVersion(1, control_.Store(TinyClassifier(0)));
  AddVersion(2, control_.Store(TinyClassifier(1)));
  EXPECT_TRUE(Apply());
  EXPECT_EQ(Show(host_.Report()), "flower@1 flower@2");
  SERIN_ASSERT_OK_AND_ASSIGN(const auto model, Find(2));
  EXPECT_EQ(model->name, "models/flower/versions/2");
  EXPECT_NEAR(BiasOf(*model), 1, 1e-12);
}

TEST_F(ModelHostTest, VersionsThatAreNeededMost_AreLoadedFirst) {
  const std::string idle = control_.Store(TinyClassifier(1));
  const std::string alias = control_.Store(TinyClassifier(2));
  const std::string zero = control_.Store(TinyClassifier(3));
  const std::string traffic = control_.Store(TinyClassifier(4));
  AddVersion(1, idle);
  AddVersion(2, alias);
  AddVersion(3, zero);
  AddVersion(4, traffic);
  auto* model = state_.mutable_models(0);
  (*model->mutable_aliases())["champion"] = 2;
  model->add_traffic()->set_version(3);
  auto* share = model->add_traffic();
  share->set_version(4);
  share->set_weight(100);
  Apply();
  EXPECT_THAT(control_.fetched(), ElementsAre(traffic, alias, idle, zero));
}

// Versions as number, state and seconds since `start`.
std::vector<std::string> States(const ReplicaReport& report, absl::Time start) {
  std::vector<std::string> states;
  for (const auto& reported : report.versions()) {
    const v1::ReplicaVersion& version = reported.version();
    states.push_back(absl::StrCat(version.version(), " ",
                                  v1::ReplicaVersion::State_Name(version.state()), " ",
                                  absl::ToInt64Seconds(FromProto(version.state_time()) - start)));
  }
  return states;
}

TEST_F(ModelHostTest, Report_SaysTheStateOfEveryVersion_SinceWhenAndWhy) {
  const absl::Time start = clock_.Now();
  const std::string broken = control_.Store(TinyClassifier(1));
  control_.Corrupt(broken);
  AddVersion(1, control_.Store(TinyClassifier(0)));
  AddVersion(2, broken);
  AddVersion(3, control_.Store(TinyClassifier(2)));
  clock_.Advance(absl::Seconds(1));
  host_.Apply(state_, {.superseded = [&] { return control_.fetched().size() == 2; }});
  EXPECT_THAT(States(host_.Report(), start),
              ElementsAre("1 STATE_READY 1", "2 STATE_REFUSED 1", "3 STATE_LOADING 1"));

  control_.FailNext(1, absl::UnavailableError("control is away"));
  clock_.Advance(absl::Seconds(1));
  EXPECT_FALSE(Apply());
  const ReplicaReport report = host_.Report();
  EXPECT_THAT(States(report, start),
              ElementsAre("1 STATE_READY 1", "2 STATE_REFUSED 1", "3 STATE_LOADING 1"));
  EXPECT_EQ(report.versions(0).model(), "flower");
  EXPECT_EQ(report.versions(0).project(), "default");
  EXPECT_GT(report.versions(0).version().memory_bytes(), 0);
  EXPECT_THAT(report.versions(1).version().reason(), HasSubstr("SHA-256"));
  EXPECT_EQ(report.versions(1).version().memory_bytes(), 0);
  EXPECT_THAT(report.versions(2).version().reason(), HasSubstr("control is away"));

  clock_.Advance(absl::Seconds(1));
  EXPECT_TRUE(Apply());
  EXPECT_THAT(States(host_.Report(), start),
              ElementsAre("1 STATE_READY 1", "2 STATE_REFUSED 1", "3 STATE_READY 3"));
}

TEST_F(ModelHostTest, LoadedVersion_IsNotFetchedAgain) {
  AddVersion(1, control_.Store(TinyClassifier()));
  Apply();
  Apply();
  EXPECT_EQ(control_.fetched().size(), 1u);
}

TEST_F(ModelHostTest, VersionGoneFromTheState_IsUnloaded_AndCallsThatHoldItGoOn) {
  AddVersion(1, control_.Store(TinyClassifier(0)));
  AddVersion(2, control_.Store(TinyClassifier(1)));
  Apply();
  auto held = Find(1);
  ASSERT_TRUE(held.ok());
  EXPECT_EQ(CountInMetrics(1), 4);

  state_.mutable_models(0)->mutable_versions()->DeleteSubrange(0, 1);
  Apply();
  EXPECT_THAT(Find(1), IsError(absl::StatusCode::kNotFound, HasSubstr("versions/1")));
  EXPECT_THAT(Find(2), IsOk());
  (*held)->metrics->Record(absl::OkStatus(), absl::Milliseconds(1));
  EXPECT_EQ(CountInMetrics(1), 4);
  held = absl::CancelledError();
  EXPECT_EQ(CountInMetrics(1), 0);
  EXPECT_EQ(CountInMetrics(2), 4);
}

TEST_F(ModelHostTest, OtherBundleUnderTheSameNumber_ReplacesTheOldOne) {
  AddVersion(1, control_.Store(TinyClassifier(0)));
  Apply();
  state_.mutable_models(0)->mutable_versions(0)->set_bundle_sha256(
      control_.Store(TinyClassifier(5)));
  Apply();
  SERIN_ASSERT_OK_AND_ASSIGN(const auto model, Find(1));
  EXPECT_NEAR(BiasOf(*model), 5, 1e-12);
}

TEST_F(ModelHostTest, BundleWithOtherBytes_IsRefusedForGood_AndStaysReported) {
  const std::string sha256 = control_.Store(TinyClassifier());
  control_.Corrupt(sha256);
  AddVersion(1, sha256);
  for (int i = 0; i < 2; ++i) {
    EXPECT_TRUE(Apply()) << "there is nothing to try again";
    const ReplicaReport report = host_.Report();
    EXPECT_THAT(report.loaded(), IsEmpty());
    ASSERT_EQ(report.failures_size(), 1);
    EXPECT_EQ(report.failures(0).project(), "default");
    EXPECT_EQ(report.failures(0).model(), "flower");
    EXPECT_EQ(report.failures(0).version(), 1);
    EXPECT_THAT(report.failures(0).reason(), HasSubstr(sha256));
    EXPECT_FALSE(report.failures(0).will_retry());
  }
  EXPECT_EQ(control_.fetched().size(), 1u);
  EXPECT_THAT(Find(1), IsError(absl::StatusCode::kFailedPrecondition,
                               HasSubstr("versions/1 cannot be served: the bundle's SHA-256")));
  EXPECT_EQ(CountInMetrics(1), 0);
}

TEST_F(ModelHostTest, ModelThatDoesNotReproduceItsGoldenRows_IsRefused) {
  internal::v1::Bundle bundle = TinyClassifier();
  bundle.mutable_predictor()->mutable_linear()->set_intercepts(0, 0.5);
  AddVersion(1, control_.Store(bundle));
  EXPECT_TRUE(Apply());
  EXPECT_THAT(host_.Report().failures(0).reason(), HasSubstr("golden row 0"));
  EXPECT_THAT(Find(1), IsError(absl::StatusCode::kFailedPrecondition, HasSubstr("golden row 0")));
}

TEST_F(ModelHostTest, RefusedVersion_DoesNotKeepOthersFromLoading) {
  AddVersion(1, "no such bundle");
  AddVersion(2, control_.Store(TinyClassifier()));
  EXPECT_TRUE(Apply());
  EXPECT_THAT(Find(1), IsError(absl::StatusCode::kFailedPrecondition, HasSubstr("no such bundle")));
  EXPECT_THAT(Find(2), IsOk());
}

TEST_F(ModelHostTest, FetchThatFails_LeavesTheVersionLoading_AndTheNextCallTriesAgain) {
  AddVersion(1, control_.Store(TinyClassifier()));
  AddVersion(2, control_.Store(TinyClassifier(1)));
  control_.FailNext(1, absl::UnavailableError("connection refused"));
  EXPECT_FALSE(Apply());
  EXPECT_TRUE(host_.ready()) << "every version was tried";
  const ReplicaReport report = host_.Report();
  EXPECT_EQ(Show(report), "flower@2") << "one that cannot be fetched holds up no other";
  ASSERT_EQ(report.failures_size(), 1);
  EXPECT_EQ(report.failures(0).reason(), "connection refused");
  EXPECT_TRUE(report.failures(0).will_retry());
  EXPECT_THAT(Find(1), IsError(absl::StatusCode::kUnavailable, HasSubstr("is loading")));

  EXPECT_TRUE(Apply());
  EXPECT_THAT(Find(1), IsOk());
  EXPECT_EQ(Show(host_.Report()), "flower@1 flower@2");
  EXPECT_THAT(host_.Report().failures(), IsEmpty());
}

TEST_F(ModelHostTest, Changes_AreToldAsEachVersionLoads) {
  AddVersion(1, control_.Store(TinyClassifier(0)));
  AddVersion(2, control_.Store(TinyClassifier(1)));
  std::vector<std::string> reports;
  host_.Apply(state_, {.changed = [&] { reports.push_back(Show(host_.Report())); }});
  EXPECT_THAT(reports, ElementsAre("", "flower@1", "flower@1 flower@2"));

  state_.mutable_models(0)->mutable_versions()->DeleteSubrange(0, 1);
  reports.clear();
  host_.Apply(state_, {.changed = [&] { reports.push_back(Show(host_.Report())); }});
  EXPECT_THAT(reports, ElementsAre("flower@2")) << "told before anything else is loaded";
}

TEST_F(ModelHostTest, Superseded_ItLoadsNothingMore_AndIsNotReady) {
  AddVersion(1, control_.Store(TinyClassifier(0)));
  AddVersion(2, control_.Store(TinyClassifier(1)));
  EXPECT_FALSE(host_.Apply(state_, {.superseded = [&] { return !control_.fetched().empty(); }}));
  EXPECT_EQ(Show(host_.Report()), "flower@1");
  EXPECT_THAT(host_.Report().failures(), IsEmpty()) << "version 2 was not tried";
  EXPECT_FALSE(host_.ready());
  EXPECT_TRUE(Apply());
  EXPECT_TRUE(host_.ready());
}

TEST_F(ModelHostTest, ModelsOfOtherProjects_HaveTheirOwnLabels) {
  const auto ours = metrics_.For("default", "flower", 1);
  const auto theirs = metrics_.For("garden", "flower", 1);
  EXPECT_NE(ours->ok, theirs->ok);
  EXPECT_EQ(CountInMetrics(1), 8);
}

}  // namespace
}  // namespace serin
