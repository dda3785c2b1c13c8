#include "server/control/prediction_log.h"

#include <memory>
#include <string>

#include "core/storage/memory_store.h"
#include "server/control/cluster_state.h"
#include "server/control/model_registry.h"
#include "tests/testing/simulated_clock.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

class PredictionLogTest : public testing::Test {
 protected:
  PredictionLogTest() {
    Restart();
    Register("x");
    Register("city");
  }

  // As a new process on the same disk.
  void Restart() {
    registry_ = std::make_unique<ModelRegistry>(
        &store_, &clock_, [](std::shared_ptr<const internal::v1::ClusterState>) {});
    ASSERT_THAT(registry_->Recover(), IsOk());
  }
  // A version with this feature.
  void Register(const std::string& feature) {
    v1::ModelVersion version;
    version.mutable_features()->add_columns()->set_name(feature);
    ASSERT_THAT(registry_->Register("default", "m", feature, version, v1::Promotion(),
                                    [](const v1::ModelVersion&, WriteBatch&) {}),
                IsOk());
  }

  absl::StatusOr<v1::PredictionLog> Check(const v1::PredictionLog& log) {
    return CheckPredictionLog(store_, "default", "m", log);
  }
  const internal::v1::ModelState& State() {
    state_ = registry_->state();
    return *FindModel(*state_, "default", "m");
  }

  MemoryStore store_;
  SimulatedClock clock_;
  std::unique_ptr<ModelRegistry> registry_;
  std::shared_ptr<const internal::v1::ClusterState> state_;
};

TEST_F(PredictionLogTest, Defaults_AreAllCalls_ForThirtyDays) {
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::PredictionLog log, Check({}));
  EXPECT_EQ(log.sampling_percent(), 100);
  EXPECT_EQ(log.retention().seconds(), 30 * 24 * 3600);
}

TEST_F(PredictionLogTest, WhatIsOutOfRange_IsRefused_NamingTheField) {
  v1::PredictionLog log;
  log.set_sampling_percent(0);
  EXPECT_THAT(Check(log), IsError(kInvalid, HasSubstr("prediction_log.sampling_percent: must be "
                                                      "above 0 and at most 100, is 0")));
  log.set_sampling_percent(100.5);
  EXPECT_THAT(Check(log), IsError(kInvalid, HasSubstr("is 100.5")));
  log.set_sampling_percent(1);
  log.mutable_retention()->set_seconds(0);
  EXPECT_THAT(Check(log), IsError(kInvalid, HasSubstr("prediction_log.retention: must be above")));
  log.mutable_retention()->set_seconds(int64_t{11} * 365 * 24 * 3600);
  EXPECT_THAT(Check(log), IsError(kInvalid, HasSubstr("at most 10 years")));
  EXPECT_THAT(CheckPredictionLog(store_, "default", std::string(60, 'm'), {}),
              IsError(kInvalid, HasSubstr("model: ")));
}

TEST_F(PredictionLogTest, DroppedFeatures_AreThoseOfSomeVersion_AndNamedOnce) {
  v1::PredictionLog log;
  log.add_drop_features("x");
  log.add_drop_features("city");
  EXPECT_THAT(Check(log), IsOk());
  log.set_drop_features(1, "cty");
  EXPECT_THAT(Check(log),
              IsError(kInvalid, HasSubstr("prediction_log.drop_features[1]: must be a feature of "
                                          "the model, is 'cty'; there are city, x")));
  log.set_drop_features(1, "x");
  EXPECT_THAT(Check(log), IsError(kInvalid, HasSubstr("'x' is there twice")));
}

TEST_F(PredictionLogTest, HashedFeatures_AreCheckedAlike_AndNotDroppedAsWell) {
  v1::PredictionLog log;
  log.add_hash_features("x");
  EXPECT_THAT(Check(log), IsOk());
  log.add_hash_features("cty");
  EXPECT_THAT(Check(log), IsError(kInvalid, HasSubstr("prediction_log.hash_features[1]: must be a "
                                                      "feature of the model, is 'cty'")));
  log.set_hash_features(1, "city");
  log.add_drop_features("city");
  EXPECT_THAT(Check(log),
              IsError(kInvalid, HasSubstr("prediction_log.hash_features[1]: must be named once, to "
                                          "be dropped or to be hashed; 'city' is there twice")));
}

TEST_F(PredictionLogTest, TheHashKey_IsDrawnOnce_AndGoesWithTheModel) {
  v1::PredictionLog log;
  ASSERT_THAT(registry_->SetPredictionLog("default", "m", &log), IsOk());
  EXPECT_EQ(State().log_hash_key(), "") << "nothing is to be hashed";
  log.add_hash_features("x");
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Model shown,
                             registry_->SetPredictionLog("default", "m", &log));
  const std::string key = State().log_hash_key();
  EXPECT_EQ(key.size(), 32u);
  EXPECT_THAT(shown.SerializeAsString(), Not(HasSubstr(key)));

  ASSERT_THAT(registry_->SetPredictionLog("default", "m", nullptr), IsOk());
  Register("z");
  Restart();
  ASSERT_THAT(registry_->SetAlias("default", "m", "champion", 1), IsOk());
  ASSERT_THAT(registry_->SetPredictionLog("default", "m", &log), IsOk());
  Restart();
  EXPECT_EQ(State().log_hash_key(), key);

  ASSERT_THAT(registry_->DeleteModel("default", "m"), IsOk());
  Register("x");
  EXPECT_EQ(State().log_hash_key(), "");
  ASSERT_THAT(registry_->SetPredictionLog("default", "m", &log), IsOk());
  EXPECT_EQ(State().log_hash_key().size(), 32u);
  EXPECT_NE(State().log_hash_key(), key);
}

TEST_F(PredictionLogTest, IsToldToMembers_AndSurvivesOtherChanges) {
  EXPECT_FALSE(State().has_prediction_log());
  v1::PredictionLog log;
  log.set_sampling_percent(5);
  ASSERT_THAT(registry_->SetPredictionLog("default", "m", &log), IsOk());
  EXPECT_EQ(State().prediction_log().sampling_percent(), 5);

  ASSERT_THAT(registry_->SetAlias("default", "m", "champion", 1), IsOk());
  Restart();
  EXPECT_EQ(State().prediction_log().sampling_percent(), 5);

  ASSERT_THAT(registry_->SetPredictionLog("default", "m", nullptr), IsOk());
  EXPECT_FALSE(State().has_prediction_log());
  Restart();
  EXPECT_FALSE(State().has_prediction_log());
}

TEST_F(PredictionLogTest, OfAModelThatDoesNotExist_IsNotFound) {
  EXPECT_THAT(registry_->SetPredictionLog("default", "other", nullptr),
              IsError(absl::StatusCode::kNotFound, HasSubstr("models/other does not exist")));
}

}  // namespace
}  // namespace serin
