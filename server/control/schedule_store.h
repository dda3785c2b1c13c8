#ifndef SERIN_SERVER_CONTROL_SCHEDULE_STORE_H_
#define SERIN_SERVER_CONTROL_SCHEDULE_STORE_H_

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "core/storage/store.h"
#include "serin/internal/v1/records.pb.h"
#include "serin/v1/job.pb.h"
#include "serin/v1/schedule.pb.h"
#include "server/control/job_store.h"
#include "server/control/schedule_metrics.h"

namespace serin {

// {project, schedule}.
using ScheduleId = std::pair<std::string, std::string>;
// A schedule as it was at one instant. The same pointer: it has not changed since.
using SchedulePtr = std::shared_ptr<const internal::v1::ScheduleRecord>;

// All schedules. Every change is on disk before it shows. A change is made to what the caller has
// seen: ABORTED, and none, where the schedule has changed since. Thread-safe.
class ScheduleStore {
 public:
  static constexpr int kMaxSchedulesPerProject = 1000;

  // All must outlive the store.
  ScheduleStore(Store* store, JobStore* jobs, ScheduleMetrics* metrics)
      : store_(store), jobs_(jobs), metrics_(metrics) {}

  // Reads what is on disk. Call before anything else.
  absl::Status Recover() ABSL_LOCKS_EXCLUDED(write_mutex_, mutex_);

  // ALREADY_EXISTS, unless the one that is there was made by a request with the same request_id,
  // which is not empty: then that one. RESOURCE_EXHAUSTED for too many in the project.
  absl::StatusOr<SchedulePtr> Add(const ScheduleId& id, internal::v1::ScheduleRecord record)
      ABSL_LOCKS_EXCLUDED(write_mutex_, mutex_);

  // NOT_FOUND for a schedule that does not exist.
  absl::StatusOr<SchedulePtr> Find(const ScheduleId& id) const ABSL_LOCKS_EXCLUDED(mutex_);
  // Of the project, in order of their names, the first `count` behind `after` (empty: from the
  // first).
  std::vector<SchedulePtr> List(absl::string_view project, absl::string_view after,
                                size_t count) const ABSL_LOCKS_EXCLUDED(mutex_);
  // Of all projects.
  std::map<ScheduleId, SchedulePtr> All() const ABSL_LOCKS_EXCLUDED(mutex_);

  absl::StatusOr<SchedulePtr> Replace(const ScheduleId& id, const SchedulePtr& seen,
                                      internal::v1::ScheduleRecord changed)
      ABSL_LOCKS_EXCLUDED(write_mutex_, mutex_);

  // Makes the job and changes the schedule, in one batch: both or neither. `changed` says how,
  // given the job. Where the request_id has made a job before, that is the answer, and nothing
  // changes.
  using ChangedFn = absl::FunctionRef<internal::v1::ScheduleRecord(const v1::Job& job)>;
  absl::StatusOr<v1::Job> ReplaceWithJob(const ScheduleId& id, const SchedulePtr& seen,
                                         const NewJob& wanted, ChangedFn changed)
      ABSL_LOCKS_EXCLUDED(write_mutex_, mutex_);

  absl::Status Delete(const ScheduleId& id) ABSL_LOCKS_EXCLUDED(write_mutex_, mutex_);

 private:
  absl::Status RecoverProject(const std::string& project) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status CheckUnchanged(const ScheduleId& id, const SchedulePtr& seen) const
      ABSL_LOCKS_EXCLUDED(mutex_);
  absl::Status CheckRoom(const std::string& project) const ABSL_LOCKS_EXCLUDED(mutex_);
  SchedulePtr Remember(const ScheduleId& id, internal::v1::ScheduleRecord record)
      ABSL_LOCKS_EXCLUDED(mutex_);

  Store* const store_;
  JobStore* const jobs_;
  ScheduleMetrics* const metrics_;

  // Held for the whole of a change, so that reading never waits for the disk.
  absl::Mutex write_mutex_ ABSL_ACQUIRED_BEFORE(mutex_);
  mutable absl::Mutex mutex_;
  std::map<ScheduleId, SchedulePtr> schedules_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace serin

#endif  // SERIN_SERVER_CONTROL_SCHEDULE_STORE_H_
