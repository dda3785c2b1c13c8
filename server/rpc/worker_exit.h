#ifndef SERIN_SERVER_RPC_WORKER_EXIT_H_
#define SERIN_SERVER_RPC_WORKER_EXIT_H_

namespace serin {

// How a worker process ends: what a worker says to the control that started it, by its exit status.
enum WorkerExit : int {
  // Control has the outcome, a model or an error.
  kWorkerReported = 0,
  // Control does not have it: it could not be reached, or did not take it.
  kWorkerLost = 1,
  // Control has given up this attempt, or the process that started the worker is gone.
  kWorkerSuperseded = 2,
  // It could not get the memory that it asked for.
  kWorkerOutOfMemory = 3,
};

}  // namespace serin

#endif  // SERIN_SERVER_RPC_WORKER_EXIT_H_
