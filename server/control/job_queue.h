#ifndef SERIN_SERVER_CONTROL_JOB_QUEUE_H_
#define SERIN_SERVER_CONTROL_JOB_QUEUE_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "server/control/job_id.h"

namespace serin {

// Decides which of the jobs that wait runs next: one of the highest priority; among the projects
// that have such a job each in its turn, in order of their names, so that a project that queues a
// thousand jobs delays another's first by one; within a project the one that was accepted first
// (ids sort so). Adding, removing and choosing take logarithmic time. Not thread-safe.
class JobQueue {
 public:
  // A job that is there already takes the new priority.
  void Add(const JobId& id, int32_t priority);

  // Does nothing where the job is not there.
  void Remove(const JobId& id);

  // The job that runs next; none where none waits. Calling it again gives the same.
  std::optional<JobId> Next() const;

  // Removes a job because it runs now: the turn goes on to the project after its own.
  void Take(const JobId& id);

  size_t size() const { return priority_of_.size(); }
  // Of this project.
  size_t size(const std::string& project) const;

 private:
  // The jobs of one priority. Stays when it is empty, for the turn; there are 201 priorities.
  struct Level {
    // By project; none is empty.
    std::map<std::string, std::set<std::string>> waiting;
    // Whose job ran last.
    std::string last;
  };

  static const std::string& NextProject(const Level& level);

  std::map<int32_t, Level, std::greater<>> levels_;
  std::map<JobId, int32_t> priority_of_;
};

}  // namespace serin

#endif  // SERIN_SERVER_CONTROL_JOB_QUEUE_H_
