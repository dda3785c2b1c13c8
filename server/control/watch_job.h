#ifndef SERIN_SERVER_CONTROL_WATCH_JOB_H_
#define SERIN_SERVER_CONTROL_WATCH_JOB_H_

#include <grpcpp/support/server_callback.h>

#include <atomic>
#include <memory>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "serin/v1/job.pb.h"
#include "server/control/job_store.h"

namespace serin {

// One WatchJob: writes the job as it is now and whenever it is different after a change, until it
// is final. A reader that is slow gets the newest only. Owns itself.
class WatchJobCall final : public grpc::ServerWriteReactor<v1::Job> {
 public:
  // Ends with UNAVAILABLE when `*draining` was found true after a wake-up.
  WatchJobCall(JobStore* jobs, JobId id, const std::atomic<bool>* draining);

  void OnWriteDone(bool ok) override ABSL_LOCKS_EXCLUDED(mutex_);
  void OnCancel() override ABSL_LOCKS_EXCLUDED(mutex_);
  void OnDone() override;

 private:
  void OnChange() ABSL_LOCKS_EXCLUDED(mutex_);
  // Does what is to be done next, unless a write is under way, which calls again.
  void Advance() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void End(const absl::Status& status) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Write(v1::Job job) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  JobStore* const jobs_;
  const JobId id_;
  const std::atomic<bool>* const draining_;

  absl::Mutex mutex_;
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
  // As it was written last; grpc reads it while writing_.
  v1::Job written_ ABSL_GUARDED_BY(mutex_);

  std::unique_ptr<JobStore::Subscription> subscription_;
};

}  // namespace serin

#endif  // SERIN_SERVER_CONTROL_WATCH_JOB_H_
