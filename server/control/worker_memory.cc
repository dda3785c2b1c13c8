#include "server/control/worker_memory.h"

#include <unistd.h>

#include <fstream>

#include "absl/strings/str_cat.h"
#include "server/rpc/machine_memory.h"

namespace serin {
namespace {

constexpr int kMebibyteShift = 20;

}  // namespace

int64_t DefaultWorkerMemory(int workers) { return MachineMemoryBytes() / 2 / workers; }

int64_t ResidentBytes(pid_t pid) {
  // proc(5): all pages, then those in memory.
  std::ifstream statm(absl::StrCat("/proc/", pid, "/statm"));
  int64_t pages = 0;
  int64_t resident = 0;
  return statm >> pages >> resident ? resident * sysconf(_SC_PAGESIZE) : 0;
}

absl::Status OutOfMemory(int64_t limit_bytes) {
  if (limit_bytes == 0) return absl::ResourceExhaustedError("the machine has no memory left");
  return absl::ResourceExhaustedError(absl::StrCat(
      "the training needs more memory than its worker may use, which is ",
      limit_bytes >> kMebibyteShift,
      " MiB; try fewer rows or columns, or start serin-server with more --max_job_memory_bytes"));
}

}  // namespace serin
