#ifndef SERIN_SERVER_WORKER_WORKER_H_
#define SERIN_SERVER_WORKER_WORKER_H_

#include <cstdint>
#include <string>

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
};

// How a worker process ends.
enum WorkerExit : int {
  // Control has the outcome, a model or an error.
  kWorkerReported = 0,
  // Control does not have it: it could not be reached, or did not take it.
  kWorkerLost = 1,
  // Control has given up this attempt, or the process that started the worker is gone.
  kWorkerSuperseded = 2,
};

// The main function of a worker process: carries out one attempt at one job and returns the exit
// code. The process works at low priority and dies when the process that started it does.
int RunWorker(const WorkerOptions& options);

}  // namespace serin

#endif  // SERIN_SERVER_WORKER_WORKER_H_
