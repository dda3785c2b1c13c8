#include "server/control/batch_predictions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>

#include "core/base/errors.h"
#include "core/base/resource_name.h"
#include "google/protobuf/text_format.h"
#include "tests/unit/server/control/job_store_fixture.h"

namespace serin {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Dataset versions by resource name; `datasets/d` stands for version 1.
class FakeVersions final : public DatasetReader {
 public:
  v1::DatasetVersion& Add(const std::string& dataset, const std::string& columns) {
    const std::string name = DatasetVersionName(dataset, 1);
    v1::DatasetVersion& version = versions_[name];
    version.set_name(name);
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(columns, version.mutable_schema()));
    return version;
  }

  absl::StatusOr<v1::Dataset> GetDataset(const std::string&, const std::string& name) override {
    return ResourceNotFound(name);
  }
  absl::StatusOr<v1::DatasetVersion> GetVersion(const std::string&,
                                                const std::string& name) override {
    const auto found = versions_.find(DatasetVersionName(ParseDatasetRef("name", name)->id, 1));
    if (found == versions_.end()) return ResourceNotFound(name);
    return found->second;
  }

 private:
  std::map<std::string, v1::DatasetVersion> versions_;
};

constexpr char kInput[] = R"pb(
  columns { name: "id" type: COLUMN_TYPE_INTEGER }
  columns { name: "x" type: COLUMN_TYPE_INTEGER }
  columns { name: "c" type: COLUMN_TYPE_CATEGORY })pb";

// Model m with two versions, which take a number x and a category c.
class BatchPredictionsTest : public JobStoreTest {
 protected:
  BatchPredictionsTest() {
    v1::ModelVersion described;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
        R"pb(features {
               columns { name: "x" type: COLUMN_TYPE_NUMBER }
               columns { name: "c" type: COLUMN_TYPE_CATEGORY }
             })pb",
        &described));
    for (const char* bundle : {"one", "two"}) {
      EXPECT_THAT(control_->models.Register("default", "m", bundle, described, v1::Promotion(),
                                            [](const v1::ModelVersion&, WriteBatch&) {}),
                  IsOk());
    }
    v1::DatasetVersion& input = datasets_.Add("d", kInput);
    input.set_row_count(70);
    input.mutable_create_time()->set_seconds(1234);
  }

  absl::StatusOr<NewJob> ResolveJob(const std::string& changes = "") {
    v1::BatchPrediction asked;
    asked.set_model_version("m");
    asked.set_dataset("d");
    asked.set_output_dataset("out");
    EXPECT_TRUE(google::protobuf::TextFormat::MergeFromString(changes, &asked));
    return BatchPredictions(&store_, &control_->models, &datasets_).Resolve("default", asked);
  }
  absl::StatusOr<v1::BatchPrediction> Resolve(const std::string& changes = "") {
    absl::StatusOr<NewJob> job = ResolveJob(changes);
    if (!job.ok()) return job.status();
    return std::move(job->batch_prediction);
  }

  FakeVersions datasets_;
};

TEST_F(BatchPredictionsTest, AllOfItIsSpelledOut) {
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::BatchPrediction resolved, Resolve("keep_columns: '*'"));
  EXPECT_EQ(resolved.model_version(), "models/m/versions/1") << "it has all the traffic";
  EXPECT_EQ(resolved.dataset(), "datasets/d/versions/1");
  EXPECT_EQ(resolved.output_dataset(), "datasets/out");
  EXPECT_THAT(resolved.keep_columns(), ElementsAre("id", "x", "c"));
  EXPECT_EQ(resolved.row_count(), 70);
  EXPECT_EQ(resolved.rows(), 0);

  ASSERT_THAT(control_->models.SetAlias("default", "m", "champion", 2), IsOk());
  EXPECT_EQ(Resolve("model_version: 'm@champion'")->model_version(), "models/m/versions/2");
  EXPECT_EQ(Resolve("model_version: 'm@2'")->model_version(), "models/m/versions/2");
}

TEST_F(BatchPredictionsTest, WhatIsNotThere_IsNotFound) {
  EXPECT_THAT(Resolve("model_version: 'n'"),
              IsError(absl::StatusCode::kNotFound, "models/n does not exist"));
  EXPECT_THAT(Resolve("model_version: 'm@7'"), IsError(absl::StatusCode::kNotFound, testing::_));
  EXPECT_THAT(Resolve("dataset: 'e'"), IsError(absl::StatusCode::kNotFound, testing::_));
}

TEST_F(BatchPredictionsTest, DatasetsThatDoNotFitTheModel_AreRefused_NamingTheFeature) {
  datasets_.Add("d", R"pb(columns { name: "x" type: COLUMN_TYPE_NUMBER })pb");
  EXPECT_THAT(Resolve(), IsError(absl::StatusCode::kInvalidArgument,
                                 "dataset: lacks the feature 'c' of models/m/versions/1; has x"));
  datasets_.Add("d", R"pb(columns { name: "x" type: COLUMN_TYPE_CATEGORY })pb");
  EXPECT_THAT(Resolve(),
              IsError(absl::StatusCode::kInvalidArgument,
                      "dataset: has 'x' as category; to models/m/versions/1 it is number"));
}

TEST_F(BatchPredictionsTest, OutputsHaveToBeNew_OrLiveWithTheSameColumns) {
  v1::DatasetVersion& out = datasets_.Add("out", R"pb(
    columns { name: "id" type: COLUMN_TYPE_INTEGER }
    columns { name: "prediction" type: COLUMN_TYPE_NUMBER }
    columns { name: "model_version" type: COLUMN_TYPE_CATEGORY }
    columns { name: "source_row" type: COLUMN_TYPE_INTEGER })pb");
  EXPECT_THAT(Resolve("keep_columns: 'id'"),
              IsError(absl::StatusCode::kFailedPrecondition,
                      HasSubstr("datasets/out has uploaded versions")));
  out.set_live(true);
  EXPECT_THAT(Resolve("keep_columns: 'id'"), IsOk());
  EXPECT_THAT(Resolve(), IsError(absl::StatusCode::kFailedPrecondition,
                                 HasSubstr("datasets/out has other columns (id, prediction, ")));
}

TEST_F(BatchPredictionsTest, RequestsAtFault_AreRefused_NamingTheField) {
  EXPECT_THAT(Resolve("output_dataset: 'datasets/d'"),
              IsError(absl::StatusCode::kInvalidArgument,
                      "output_dataset: must not be the dataset that is read"));
  EXPECT_THAT(Resolve("output_dataset: 'A b'"),
              IsError(absl::StatusCode::kInvalidArgument, HasSubstr("output_dataset")));
  EXPECT_THAT(Resolve("keep_columns: 'y'"),
              IsError(absl::StatusCode::kInvalidArgument, HasSubstr("no column 'y'")));
  EXPECT_THAT(Resolve("model_version: ''"),
              IsError(absl::StatusCode::kInvalidArgument, HasSubstr("model")));
}

// --- The job ----------------------------------------------------------------------------------

class BatchJobTest : public BatchPredictionsTest {
 protected:
  JobId CreateBatch() { return Create(*ResolveJob()).value(); }
  absl::Status ReportRows(const WorkerAttempt& attempt, int64_t rows) {
    internal::v1::ReportProgressRequest report;
    report.set_batch_rows(rows);
    report.mutable_progress()->set_stage("predicting");
    return jobs().Report(attempt, report).status();
  }
};

TEST_F(BatchJobTest, ShowsItsRows_AndEndsWithAllOfThem) {
  const JobId id = CreateBatch();
  const v1::Job created = *jobs().Get(id);
  EXPECT_EQ(created.type(), v1::JOB_TYPE_BATCH_PREDICT);
  EXPECT_EQ(created.model(), "models/m");
  EXPECT_FALSE(created.has_spec());
  const WorkerAttempt attempt = Begin();
  EXPECT_EQ(jobs().Assigned(attempt)->dataset_create_time().seconds(), 1234);
  ASSERT_THAT(ReportRows(attempt, 30), IsOk());
  EXPECT_EQ(jobs().Get(id)->batch_prediction().rows(), 30);
  EXPECT_THAT(Succeed(attempt),
              IsError(absl::StatusCode::kFailedPrecondition, HasSubstr("JOB_TYPE_BATCH_PREDICT")));
  ASSERT_THAT(jobs().BatchWritten(attempt, 70), IsOk());
  EXPECT_THAT(jobs().BatchWritten(attempt, 70), IsOk()) << "the answer may have been lost";
  EXPECT_EQ(jobs().Get(id)->state(), v1::JOB_STATE_SUCCEEDED);
  EXPECT_EQ(jobs().Get(id)->batch_prediction().rows(), 70);
}

TEST_F(BatchJobTest, NextAttemptBeginsBehindTheRowsWritten_AlsoAfterACrash) {
  const JobId id = CreateBatch();
  const WorkerAttempt first = Begin();
  ASSERT_THAT(ReportRows(first, 30), IsOk());
  ASSERT_THAT(jobs().Lose(first, "killed"), IsOk());
  const WorkerAttempt second = Begin();
  EXPECT_EQ(jobs().Assigned(second)->job().batch_prediction().rows(), 30);
  ASSERT_THAT(ReportRows(second, 60), IsOk());

  control_.reset();
  store_.Crash();
  Restart();
  EXPECT_EQ(jobs().Get(id)->batch_prediction().rows(), 60);
  const WorkerAttempt third = Begin();
  EXPECT_EQ(jobs().Assigned(third)->job().batch_prediction().rows(), 60);
}

TEST_F(BatchJobTest, OtherJobs_AreNotEndedAsBatches) {
  ASSERT_THAT(Create("", "iris"), IsOk());
  EXPECT_THAT(jobs().BatchWritten(Begin(), 3),
              IsError(absl::StatusCode::kFailedPrecondition, HasSubstr("JOB_TYPE_TRAIN")));
}

}  // namespace
}  // namespace serin
