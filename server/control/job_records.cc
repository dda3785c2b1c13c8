#include "server/control/job_records.h"

#include <utility>

#include "core/base/clock.h"
#include "core/base/errors.h"
#include "core/base/resource_name.h"
#include "core/base/status_macros.h"
#include "core/storage/records.h"
#include "server/control/keys.h"

namespace serin {

using internal::v1::JobRecord;

JobRecord MakeJobRecord(const NewJob& wanted, absl::string_view job_id, absl::Time now) {
  JobRecord record;
  record.set_request_id(wanted.request_id);
  record.set_verify(wanted.verify);
  *record.mutable_promotion() = wanted.promotion;
  if (wanted.dataset_create_time) {
    *record.mutable_dataset_create_time() = *wanted.dataset_create_time;
  }
  v1::Job& job = *record.mutable_job();
  job.set_name(JobName(job_id));
  job.set_state(v1::JOB_STATE_QUEUED);
  job.set_type(wanted.type);
  job.set_model(ModelName(wanted.model));
  job.set_priority(wanted.priority);
  job.set_schedule(wanted.schedule);
  if (wanted.type == v1::JOB_TYPE_BATCH_PREDICT) {
    *job.mutable_batch_prediction() = wanted.batch_prediction;
  } else {
    *job.mutable_spec() = wanted.spec;
  }
  *job.mutable_create_time() = ToProto(now);
  return record;
}

absl::StatusOr<JobRecord> ReadJob(const StoreReader& reader, const JobId& id) {
  auto record = GetRecord<JobRecord>(reader, JobKey(id.first, id.second));
  if (absl::IsNotFound(record.status())) return ResourceNotFound(JobName(id.second));
  return record;
}

absl::StatusOr<std::vector<JobRecord>> ReadJobs(const StoreReader& reader,
                                                absl::string_view project) {
  std::vector<JobRecord> records;
  absl::Status error;
  const auto visit = [&](absl::string_view key, absl::string_view value) {
    absl::StatusOr<JobRecord> record = ParseRecord<JobRecord>(key, value);
    error = record.status();
    if (error.ok()) records.push_back(*std::move(record));
    return error.ok();
  };
  SERIN_RETURN_IF_ERROR(reader.Scan(JobsPrefix(project), "", visit));
  SERIN_RETURN_IF_ERROR(error);
  return records;
}

absl::StatusOr<std::string> ReadJobRequest(const StoreReader& reader, absl::string_view project,
                                           absl::string_view request_id) {
  SERIN_ASSIGN_OR_RETURN(auto request, GetRecord<internal::v1::RequestRecord>(
                                           reader, JobRequestKey(project, request_id)));
  return std::move(*request.mutable_name());
}

void PutJob(WriteBatch& batch, const JobId& id, const JobRecord& record) {
  PutRecord(batch, JobKey(id.first, id.second), record);
}

void PutJobRequest(WriteBatch& batch, absl::string_view project, const JobRecord& record) {
  internal::v1::RequestRecord request;
  request.set_name(record.job().name());
  PutRecord(batch, JobRequestKey(project, record.request_id()), request);
}

void DeleteJob(WriteBatch& batch, const JobId& id, absl::string_view request_id) {
  batch.DeleteKey(JobKey(id.first, id.second));
  if (!request_id.empty()) batch.DeleteKey(JobRequestKey(id.first, request_id));
}

}  // namespace serin
