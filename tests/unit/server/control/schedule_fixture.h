#ifndef SERIN_TESTS_UNIT_SERVER_CONTROL_SCHEDULE_FIXTURE_H_
#define SERIN_TESTS_UNIT_SERVER_CONTROL_SCHEDULE_FIXTURE_H_

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/resource_name.h"
#include "server/control/schedule_calls.h"
#include "server/control/schedule_runner.h"
#include "tests/unit/server/control/job_store_fixture.h"

namespace serin {

// Datasets that a test decides, each with a number `x` and a category `y`.
class FakeDatasets final : public DatasetReader {
 public:
  // A new version now.
  void Add(const std::string& dataset, absl::Time now) {
    v1::Dataset& changed = datasets_[dataset];
    if (changed.latest_version() == 0) *changed.mutable_create_time() = ToProto(now);
    changed.set_latest_version(changed.latest_version() + 1);
    *changed.mutable_update_time() = ToProto(now);
  }
  void Remove(const std::string& dataset) { datasets_.erase(dataset); }
  // OK: it answers.
  void SetError(absl::Status error) { error_ = std::move(error); }
  int calls() const { return calls_; }

  absl::StatusOr<v1::Dataset> GetDataset(const std::string& /*project*/,
                                         const std::string& name) override {
    ++calls_;
    if (!error_.ok()) return error_;
    const auto found = datasets_.find(ParseDatasetRef("name", name)->id);
    if (found == datasets_.end()) return ResourceNotFound(name);
    return found->second;
  }
  absl::StatusOr<v1::DatasetVersion> GetVersion(const std::string& project,
                                                const std::string& name) override {
    const auto dataset = GetDataset(project, name);
    if (!dataset.ok()) return dataset.status();
    const VersionedRef ref = *ParseDatasetRef("name", name);
    const int number = ref.version == 0 ? dataset->latest_version() : ref.version;
    if (number > dataset->latest_version()) return ResourceNotFound(name);
    v1::DatasetVersion version;
    version.set_name(DatasetVersionName(ref.id, number));
    version.set_version(number);
    *version.mutable_create_time() = dataset->update_time();
    AddColumn("x", v1::COLUMN_TYPE_NUMBER, &version);
    AddColumn("y", v1::COLUMN_TYPE_CATEGORY, &version);
    return version;
  }

 private:
  static void AddColumn(const char* name, v1::ColumnType type, v1::DatasetVersion* version) {
    v1::ColumnSchema& column = *version->mutable_schema()->add_columns();
    column.set_name(name);
    column.set_type(type);
  }

  std::map<std::string, v1::Dataset> datasets_;
  absl::Status error_;
  int calls_ = 0;
};

// Control's schedules on a store that a crash leaves behind.
class ScheduleTest : public testing::Test {
 protected:
  // What dies with the process.
  struct Process {
    Process(MemoryStore* store, SimulatedClock* clock, IdGenerator* ids, FakeDatasets* datasets)
        : control(store, clock, ids, {.max_queued_jobs = 100}),
          schedules(store, &control.jobs, &metrics),
          batches(store, &control.models, datasets),
          runs(&schedules, &control.jobs, datasets, &batches,
               [this](const JobId& job) { killed.push_back(job); }),
          runner(clock, &schedules, &runs, datasets, [] {}),
          calls(clock, &schedules, &control.jobs, &runs, datasets, [] {}) {
      EXPECT_THAT(control.Recover(), IsOk());
      EXPECT_THAT(schedules.Recover(), IsOk());
    }

    Control control;
    ScheduleMetrics metrics{&control.registry};
    ScheduleStore schedules;
    BatchPredictions batches;
    std::vector<JobId> killed;  // Jobs whose workers are not wanted any more.
    ScheduleRuns runs;
    ScheduleRunner runner;
    ScheduleCalls calls;
  };

  ScheduleTest() {
    datasets_.Add("iris", clock_.Now());
    Restart();
  }

  void Restart() {
    process_.reset();
    process_ = std::make_unique<Process>(&store_, &clock_, &ids_, &datasets_);
  }
  // kill -9: what is not on disk is gone.
  void Crash() {
    process_.reset();
    store_.Crash();
    Restart();
  }
  ScheduleCalls& calls() { return process_->calls; }
  JobStore& jobs() { return process_->control.jobs; }
  void Step() { process_->runner.Step(); }
  std::string Metrics() {
    return prometheus::TextSerializer().Serialize(process_->control.registry.Collect());
  }
  // To the time of the day (UTC), which may be tomorrow's, and a step.
  void StepAt(absl::Duration time_of_day, int days = 0) {
    const absl::Time day =
        absl::FromCivil(absl::CivilDay(absl::ToCivilDay(clock_.Now(), absl::UTCTimeZone())) + days,
                        absl::UTCTimeZone());
    clock_.Advance(day + time_of_day - clock_.Now());
    Step();
  }

  static v1::Schedule Parse(const std::string& text) {
    v1::Schedule schedule;
    schedule.set_model("iris");
    schedule.mutable_spec()->set_dataset("iris");
    schedule.mutable_spec()->set_target("y");
    schedule.mutable_spec()->set_algorithm("logistic_regression");
    EXPECT_TRUE(google::protobuf::TextFormat::MergeFromString(text, &schedule)) << text;
    return schedule;
  }
  absl::StatusOr<v1::Schedule> Create(const std::string& text, const std::string& id = "nightly") {
    v1::CreateScheduleRequest request;
    request.set_schedule_id(id);
    *request.mutable_schedule() = Parse(text);
    return calls().Create("default", request);
  }
  v1::Schedule Get(const std::string& id = "nightly") {
    v1::GetScheduleRequest request;
    request.set_name(id);
    return calls().Get("default", request).value_or(v1::Schedule());
  }
  // Newest first.
  std::vector<v1::Job> Jobs() {
    const auto listed = jobs().List("default", v1::ListJobsRequest());
    EXPECT_THAT(listed, IsOk());
    return {listed->jobs().begin(), listed->jobs().end()};
  }
  // Ends the job that waits.
  void FinishJob() {
    const auto attempt = jobs().BeginNext();
    ASSERT_TRUE(attempt.ok() && attempt->has_value());
    ASSERT_THAT(jobs().Fail(**attempt, absl::InvalidArgumentError("one class")), IsOk());
  }
  static absl::Time DueOf(const v1::ScheduleRun& run) { return FromProto(run.due_time()); }

  // Of the month in which it is.
  static absl::Time Civil(int day, int hour, int minute = 0) {
    return absl::FromCivil(absl::CivilMinute(2026, 11, day, hour, minute), absl::UTCTimeZone());
  }
  // By jobs that wait behind all that are there.
  void FillQueue() {
    while (jobs().Create("default", {.model = "other", .priority = -1}).ok()) {
    }
  }
  v1::JobState StateOf(const std::string& job) {
    return jobs().Get({"default", *ParseJobName("name", job)}).value_or(v1::Job()).state();
  }

  static constexpr absl::Duration kThree = absl::Hours(3);
  static constexpr char kNightly[] = R"(cron { expression: "0 3 * * *" })";
  static constexpr char kHourlyReplace[] =
      R"(cron { expression: "@hourly" } overlap: OVERLAP_REPLACE)";

  MemoryStore store_;
  // 18:00 in UTC.
  SimulatedClock clock_{absl::FromCivil(absl::CivilHour(2026, 11, 21, 18), absl::UTCTimeZone())};
  IdGenerator ids_{&clock_};
  FakeDatasets datasets_;
  std::unique_ptr<Process> process_;
};

// Steps of its runner.
class ScheduleRunnerTest : public ScheduleTest {};

}  // namespace serin

#endif  // SERIN_TESTS_UNIT_SERVER_CONTROL_SCHEDULE_FIXTURE_H_
