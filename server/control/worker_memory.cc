#include "server/control/worker_memory.h"

#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "absl/strings/str_cat.h"

namespace serin {
namespace {

constexpr int kMebibyteShift = 20;

// All that there is for this process.
int64_t TotalBytes() {
  const int64_t machine = int64_t{sysconf(_SC_PHYS_PAGES)} * sysconf(_SC_PAGESIZE);
  int64_t container = 0;
  // Without a limit the file says "max".
  if (std::ifstream("/sys/fs/cgroup/memory.max") >> container) return std::min(machine, container);
  return machine;
}

}  // namespace

int64_t DefaultWorkerMemory(int workers) { return TotalBytes() / 2 / workers; }

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
