#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/unit/server/control/schedule_fixture.h"

// Schedules that predict instead of training.

namespace serin {
namespace {

using ::testing::HasSubstr;

class ScheduleBatchTest : public ScheduleTest {
 protected:
  ScheduleBatchTest() { Register(); }

  // A version of model m, which takes x.
  void Register() {
    v1::ModelVersion described;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
        R"pb(features { columns { name: "x" type: COLUMN_TYPE_NUMBER } })pb", &described));
    EXPECT_THAT(
        process_->control.models.Register("default", "m", "bundle", described, v1::Promotion(),
                                          [](const v1::ModelVersion&, WriteBatch&) {}),
        IsOk());
  }

  absl::StatusOr<v1::Schedule> CreateBatch(const std::string& text) {
    v1::CreateScheduleRequest request;
    request.set_schedule_id("scoring");
    v1::BatchPrediction& batch = *request.mutable_schedule()->mutable_batch_prediction();
    batch.set_model_version("m");
    batch.set_dataset("iris");
    batch.set_output_dataset("scored");
    EXPECT_TRUE(google::protobuf::TextFormat::MergeFromString(text, request.mutable_schedule()));
    return calls().Create("default", request);
  }
};

TEST_F(ScheduleBatchTest, RunsByTheClock_WithTheVersionsThatThereAreThen) {
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Schedule created,
                             CreateBatch(R"pb(cron { expression: "0 3 * * *" }
                                              priority: 7)pb"));
  EXPECT_EQ(created.batch_prediction().model_version(), "m");
  Register();
  ASSERT_THAT(process_->control.models.SetAlias("default", "m", "champion", 2), IsOk());
  datasets_.Add("iris", clock_.Now());
  StepAt(absl::Hours(3), 1);
  ASSERT_EQ(Jobs().size(), 1u);
  const v1::Job job = Jobs()[0];
  EXPECT_EQ(job.type(), v1::JOB_TYPE_BATCH_PREDICT);
  EXPECT_EQ(job.batch_prediction().dataset(), "datasets/iris/versions/2");
  EXPECT_EQ(job.batch_prediction().model_version(), "models/m/versions/1") << "it has the traffic";
  EXPECT_EQ(job.schedule(), "schedules/scoring");
  EXPECT_EQ(job.priority(), 7);
  EXPECT_EQ(Get("scoring").runs(0).job(), job.name());
}

TEST_F(ScheduleBatchTest, RunsForEachNewVersion_Once) {
  ASSERT_THAT(CreateBatch("new_version {}"), IsOk());
  Step();
  EXPECT_TRUE(Jobs().empty()) << "version 1 was there before";
  datasets_.Add("iris", clock_.Now());
  StepAt(absl::Hours(19));
  StepAt(absl::Hours(20));
  ASSERT_EQ(Jobs().size(), 1u);
  EXPECT_EQ(Jobs()[0].batch_prediction().dataset(), "datasets/iris/versions/2");
  EXPECT_EQ(Get("scoring").runs(0).dataset_version(), 2);
}

TEST_F(ScheduleBatchTest, WhatDoesNotFit_IsRefused_NamingTheField) {
  const std::string daily = R"pb(cron { expression: "@daily" })pb";
  EXPECT_THAT(CreateBatch(daily + "batch_prediction { model_version: 'n' }"),
              IsError(absl::StatusCode::kNotFound, HasSubstr("models/n")));
  EXPECT_THAT(CreateBatch(daily + "batch_prediction { model_version: 'M M' }"),
              IsError(absl::StatusCode::kInvalidArgument,
                      HasSubstr("schedule.batch_prediction.model_version")));
  EXPECT_THAT(CreateBatch(daily + "batch_prediction { keep_columns: 'z' }"),
              IsError(absl::StatusCode::kInvalidArgument,
                      HasSubstr("schedule.batch_prediction.keep_columns")));
  EXPECT_THAT(CreateBatch(daily + "model: 'm'"),
              IsError(absl::StatusCode::kInvalidArgument,
                      "schedule.model: must not be set, as batch_prediction is"));
  EXPECT_THAT(CreateBatch("new_version {} batch_prediction { dataset: 'iris@1' }"),
              IsError(absl::StatusCode::kInvalidArgument,
                      HasSubstr("schedule.batch_prediction.dataset: must name no version")));
}

}  // namespace
}  // namespace serin
