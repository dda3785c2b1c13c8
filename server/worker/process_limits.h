#ifndef SERIN_SERVER_WORKER_PROCESS_LIMITS_H_
#define SERIN_SERVER_WORKER_PROCESS_LIMITS_H_

#include <cstdint>

// What a worker process does to itself so that training does not hurt serving. Each affects the
// whole process and is called once, before there are other threads.

namespace serin {

// Lets the rest of the machine go first: low priority, woken threads do not push others from their
// core (SCHED_BATCH), and where the kernel runs out of memory this process is the one to go. What
// the system does not allow stays as it is.
void YieldToOthers();

// Ends the process with kWorkerOutOfMemory as soon as an allocation fails, in whatever thread or
// library, and makes allocations fail beyond 2 x `bytes` (0: no bound) of address space that can be
// written to (RLIMIT_DATA). Twice, because allocators keep address space that they do not use; what
// is in memory is for the launcher to watch. What the process has already, as sanitizers do, is not
// counted.
void EndWhenOutOfMemory(int64_t bytes);

}  // namespace serin

#endif  // SERIN_SERVER_WORKER_PROCESS_LIMITS_H_
