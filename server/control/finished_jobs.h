#ifndef SERIN_SERVER_CONTROL_FINISHED_JOBS_H_
#define SERIN_SERVER_CONTROL_FINISHED_JOBS_H_

#include <cstddef>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "server/control/job_id.h"

namespace serin {

// Decides which jobs that have ended are forgotten: of each project the `kept` that ended last
// stay. Order is that of the calls, so that a clock that jumps forgets no job before its time. Not
// thread-safe.
class FinishedJobs {
 public:
  explicit FinishedJobs(size_t kept) : kept_(kept) {}

  // The jobs to be forgotten once this one has ended too; never itself.
  std::vector<JobId> Surplus(const std::string& project) const;

  // A job has ended, and those that Surplus named are gone.
  void Add(const JobId& id);

 private:
  const size_t kept_;
  // By project, the one that ended first in front.
  std::map<std::string, std::deque<std::string>> ended_;
};

}  // namespace serin

#endif  // SERIN_SERVER_CONTROL_FINISHED_JOBS_H_
