#ifndef SERIN_SERVER_CONTROL_WORKER_MEMORY_H_
#define SERIN_SERVER_CONTROL_WORKER_MEMORY_H_

#include <sys/types.h>

#include <cstdint>

#include "absl/status/status.h"

namespace serin {

// What each of so many workers at a time may use where nobody has said: half of the memory of the
// machine, or of the container (cgroup v2), so that the other half is for serving.
int64_t DefaultWorkerMemory(int workers);

// What a process has in memory; 0 for one that is not there.
int64_t ResidentBytes(pid_t pid);

// RESOURCE_EXHAUSTED of a worker that may use `limit_bytes` (0: any) and needed more.
absl::Status OutOfMemory(int64_t limit_bytes);

}  // namespace serin

#endif  // SERIN_SERVER_CONTROL_WORKER_MEMORY_H_
