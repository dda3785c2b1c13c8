#ifndef SERIN_TESTS_UNIT_SERVER_CONTROL_JOB_STORE_FIXTURE_H_
#define SERIN_TESTS_UNIT_SERVER_CONTROL_JOB_STORE_FIXTURE_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/storage/memory_store.h"
#include "server/control/job_store.h"
#include "tests/testing/simulated_clock.h"
#include "tests/testing/status_matchers.h"

namespace serin {

// One process on a store that may outlive it.
struct Control {
  Control(Store* store, SimulatedClock* clock, IdGenerator* ids,
          JobStoreOptions options = {.max_queued_jobs = 10})
      : models(store, clock, [](const auto&) {}),
        jobs(
            store, clock, ids, &models, &metrics,
            [this](std::function<void()> done) { announcements.push_back(std::move(done)); },
            options) {}

  absl::Status Recover() {
    const absl::Status recovered = models.Recover();
    return recovered.ok() ? jobs.Recover() : recovered;
  }
  // All members act on everything.
  void Announce() {
    for (const auto& done : announcements) done();
    announcements.clear();
  }

  prometheus::Registry registry;
  JobMetrics metrics{&registry};
  ModelRegistry models;
  std::vector<std::function<void()>> announcements;
  JobStore jobs;
};

class JobStoreTest : public testing::Test {
 protected:
  JobStoreTest() { Restart(); }

  void Restart(JobStoreOptions options = {.max_queued_jobs = 10}) {
    control_.reset();
    control_ = std::make_unique<Control>(&store_, &clock_, &ids_, options);
    ASSERT_THAT(control_->Recover(), IsOk());
  }

  JobStore& jobs() { return control_->jobs; }

  absl::StatusOr<JobId> Create(const std::string& request_id = "",
                               absl::string_view model = "iris") {
    NewJob wanted = {.model = std::string(model), .request_id = request_id};
    wanted.spec.set_dataset("datasets/iris/versions/1");
    return Create(wanted);
  }
  absl::StatusOr<JobId> Create(const NewJob& wanted, const std::string& project = "default") {
    clock_.Advance(absl::Milliseconds(1));
    const absl::StatusOr<v1::Job> job = jobs().Create(project, wanted);
    if (!job.ok()) return job.status();
    return JobId{project, job->name().substr(5)};
  }
  WorkerAttempt Begin() {
    const auto attempt = jobs().BeginNext();
    EXPECT_THAT(attempt, IsOk());
    return attempt->value_or(WorkerAttempt());
  }
  absl::Status Succeed(const WorkerAttempt& attempt) {
    return jobs().Succeed(attempt, "bundle", v1::ModelVersion());
  }
  v1::JobState StateOf(const JobId& id) { return jobs().Get(id).value_or(v1::Job()).state(); }
  std::string Metrics() {
    return prometheus::TextSerializer().Serialize(control_->registry.Collect());
  }

  MemoryStore store_;
  SimulatedClock clock_;
  IdGenerator ids_{&clock_};
  std::unique_ptr<Control> control_;
};

}  // namespace serin

#endif  // SERIN_TESTS_UNIT_SERVER_CONTROL_JOB_STORE_FIXTURE_H_
