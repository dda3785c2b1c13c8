#ifndef SERIN_SERVER_CONTROL_JOB_RECORDS_H_
#define SERIN_SERVER_CONTROL_JOB_RECORDS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "core/storage/store.h"
#include "serin/internal/v1/records.pb.h"
#include "serin/v1/job.pb.h"
#include "serin/v1/schedule.pb.h"
#include "server/control/job_id.h"

// Jobs on disk, as core/storage/KEYS.md has them.

namespace serin {

// What somebody wants from a job; the rest of it is control's.
struct NewJob {
  v1::JobType type = v1::JOB_TYPE_TRAIN;
  // {model}.
  std::string model;
  // Resolved (core/learn/spec.h).
  v1::TrainingSpec spec;
  // Empty: the request may make any number of jobs.
  std::string request_id;
  // -100 to 100.
  int32_t priority = 0;
  // schedules/{schedule}, and what it does with the version.
  std::string schedule;
  v1::Promotion promotion;
  // Of JOB_TYPE_VERIFY: models/{model}/versions/{version}.
  std::string verify;
  // Of JOB_TYPE_BATCH_PREDICT, resolved (batch_predictions.h).
  v1::BatchPrediction batch_prediction = {};
  // Of the dataset version that it reads.
  std::optional<google::protobuf::Timestamp> dataset_create_time = {};
  // jobs/{job}, which ends where this one begins to wait: it takes its place. Empty: none.
  std::string replaces = {};
};

// A queued job.
internal::v1::JobRecord MakeJobRecord(const NewJob& wanted, absl::string_view job, absl::Time now);

// NOT_FOUND for a job that does not exist.
absl::StatusOr<internal::v1::JobRecord> ReadJob(const StoreReader& reader, const JobId& id);

// All jobs of a project, in order of their ids.
absl::StatusOr<std::vector<internal::v1::JobRecord>> ReadJobs(const StoreReader& reader,
                                                              absl::string_view project);

// The name of the job that a request made; NOT_FOUND where it made none.
absl::StatusOr<std::string> ReadJobRequest(const StoreReader& reader, absl::string_view project,
                                           absl::string_view request_id);

void PutJob(WriteBatch& batch, const JobId& id, const internal::v1::JobRecord& record);

// Adds that the request of a job be known.
void PutJobRequest(WriteBatch& batch, absl::string_view project,
                   const internal::v1::JobRecord& record);

// Adds that a job and its request be gone.
void DeleteJob(WriteBatch& batch, const JobId& id, absl::string_view request_id);

}  // namespace serin

#endif  // SERIN_SERVER_CONTROL_JOB_RECORDS_H_
