#ifndef SERIN_SERVER_WORKER_WORKER_H_
#define SERIN_SERVER_WORKER_WORKER_H_

#include <cstdint>
#include <string>

#include "server/rpc/worker_exit.h"

namespace serin {

struct WorkerOptions {
  // gRPC targets of the roles.
  std::string control_target;
  std::string dataset_target;
  std::string project;
  // jobs/{job}.
  std::string job;
  // Which attempt at the job this process is, from 1.
  int32_t attempt = 0;
  // The process that started this one.
  int32_t parent = 0;
  // What this process may use; 0: no bound.
  int64_t memory_limit_bytes = 0;
};

// The main function of a worker process: carries out one attempt at one job and returns the exit
// code. The process works at low priority, stays within its memory and dies when the process that
// started it does.
int RunWorker(const WorkerOptions& options);

}  // namespace serin

#endif  // SERIN_SERVER_WORKER_WORKER_H_
