#ifndef SERIN_SERVER_DATASET_LANE_H_
#define SERIN_SERVER_DATASET_LANE_H_

#include <cstddef>
#include <functional>
#include <memory>

#include "absl/status/status.h"
#include "core/base/work_pool.h"

namespace serin {

// Tasks that run one after another, in the order given, beside whoever gives them: a stage of a
// pipeline. The first error is the lane's, and what is waiting then is dropped.
//
// Lanes share the pool's threads and never wait for one: who has to wait for a lane runs its tasks
// itself, so that however few threads there are, and however many lanes, all get on.
// Run and Drain are called by one thread at a time, and by no task of the lane.
class Lane {
 public:
  // Of the tasks given, at most `max_waiting` wait for the one that runs. `pool` must outlive the
  // lane.
  Lane(WorkPool* pool, size_t max_waiting);
  // Drops what is waiting, and waits for the task that runs.
  ~Lane();

  // Gives a task; returns the lane's error, if there is one by now. Waits while too many wait.
  absl::Status Run(std::function<absl::Status()> task);

  // Waits until all tasks have run; returns the lane's error.
  absl::Status Drain();

 private:
  class State;
  // Shared with the pool, where turns of a lane that is gone may still be queued.
  const std::shared_ptr<State> state_;
};

}  // namespace serin

#endif  // SERIN_SERVER_DATASET_LANE_H_
