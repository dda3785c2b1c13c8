#include "server/control/drift.h"

#include <string>
#include <vector>

#include "core/base/sha256.h"
#include "core/bundle/bundle.h"
#include "core/storage/memory_store.h"
#include "server/control/bundle_store.h"
#include "tests/testing/status_matchers.h"
#include "tests/unit/server/predict/tiny_model.h"

namespace serin {
namespace {

using ::testing::HasSubstr;

class DriftTest : public testing::Test {
 protected:
  DriftTest() {
    version_.set_name("models/m/versions/1");
    version_.mutable_features()->add_columns()->set_name("width");
    version_.mutable_features()->add_columns()->set_name("color");
    version_.mutable_target()->set_name("size");
    for (int i = 0; i < 2; ++i) AddBins(profile_.add_features());
    AddBins(profile_.mutable_prediction());
  }

  // Half of ten rows on either side of 0.
  static void AddBins(internal::v1::ColumnDistribution* distribution) {
    distribution->add_bounds(0);
    distribution->add_counts(5);
    distribution->add_counts(5);
  }

  // With so many values of `width` on either side, and all else as in training.
  static internal::v1::VersionDistribution Report(int64_t below, int64_t above, int64_t seconds) {
    internal::v1::VersionDistribution report;
    report.set_row_count(below + above);
    report.mutable_start_time()->set_seconds(seconds);
    internal::v1::BinCounts& width = *report.add_features();
    width.add_counts(below);
    width.add_counts(above);
    for (internal::v1::BinCounts* even : {report.add_features(), report.mutable_prediction()}) {
      even->add_counts((below + above) / 2);
      even->add_counts((below + above) / 2);
    }
    return report;
  }

  v1::ModelVersion version_;
  internal::v1::TrainingProfile profile_;
};

TEST_F(DriftTest, PredictorsAreAddedUp) {
  const v1::Drift drift =
      DriftOf(version_, profile_, {Report(8, 2, 100), Report(0, 0, 10), Report(2, 8, 90)});
  EXPECT_EQ(drift.model_version(), "models/m/versions/1");
  EXPECT_EQ(drift.rows(), 20);
  EXPECT_EQ(drift.start_time().seconds(), 90);
  ASSERT_EQ(drift.features_size(), 2);
  EXPECT_EQ(drift.features(0).column(), "width");
  EXPECT_NEAR(drift.features(0).psi(), 0, 1e-15) << "together they are as the training was";
  EXPECT_EQ(drift.prediction().column(), "size");
  EXPECT_GT(DriftOf(version_, profile_, {Report(8, 2, 100)}).features(0).psi(), 0.25);
}

TEST_F(DriftTest, WithoutReports_ThereIsOnlyTheTraining) {
  internal::v1::VersionDistribution of_another_model = Report(8, 2, 1);
  of_another_model.mutable_features()->RemoveLast();
  const v1::Drift drift = DriftOf(version_, profile_, {of_another_model});
  EXPECT_EQ(drift.rows(), 0);
  EXPECT_FALSE(drift.has_start_time());
  EXPECT_EQ(drift.features(0).bins(0).training_share(), 0.5);
  EXPECT_EQ(drift.features(0).psi(), 0);
}

TEST_F(DriftTest, TheProfileIsReadFromTheBundle_AndOneWithoutSaysSo) {
  MemoryStore store;
  const auto put = [&](const internal::v1::Bundle& bundle) {
    const std::string bytes = *EncodeBundle(bundle);
    version_.set_bundle_sha256(Sha256Hex(bytes));
    version_.set_bundle_bytes(static_cast<int64_t>(bytes.size()));
    WriteBatch batch;
    PutBundle(batch, "default", version_.bundle_sha256(), bytes);
    ASSERT_THAT(store.Write(batch), IsOk());
  };
  internal::v1::Bundle bundle = TinyClassifier();
  *bundle.mutable_profile() = profile_;
  put(bundle);
  SERIN_ASSERT_OK_AND_ASSIGN(const auto profile, ReadTrainingProfile(store, "default", version_));
  EXPECT_EQ(profile.SerializeAsString(), profile_.SerializeAsString());
  put(TinyClassifier());
  EXPECT_THAT(ReadTrainingProfile(store, "default", version_),
              IsError(absl::StatusCode::kFailedPrecondition,
                      HasSubstr("models/m/versions/1 has no profile of its training")));
}

}  // namespace
}  // namespace serin
