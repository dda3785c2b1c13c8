#include "server/worker/process_limits.h"

#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <new>
#include <string>
#include <system_error>

#include "absl/strings/numbers.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "core/base/time_slice.h"
#include "server/rpc/worker_exit.h"

namespace serin {
namespace {

// The lowest, and the longest: a thread that wakes to serve has the earlier deadline, which is a
// thread's slice divided by its weight, and does not wait for the end of a worker's slice.
// SCHED_IDLE does no better, and starves where others are busy.
constexpr int kNiceness = 19;
constexpr absl::Duration kTimeSlice = absl::Milliseconds(100);
// Of -1000 to 1000: added to a process's share of the memory, in thousandths.
constexpr char kOutOfMemoryScore[] = "500";
constexpr int64_t kAddressSpacePerByte = 2;

[[noreturn]] void EndOutOfMemory() { _exit(kWorkerOutOfMemory); }

// Not everything that fails to allocate asks the new-handler: Eigen throws, and so does a thread
// that gets no stack.
[[noreturn]] void OnTerminate() {
  try {
    if (const std::exception_ptr thrown = std::current_exception()) std::rethrow_exception(thrown);
  } catch (const std::bad_alloc&) {
    EndOutOfMemory();
  } catch (const std::system_error& error) {
    if (error.code() == std::errc::resource_unavailable_try_again) EndOutOfMemory();
    std::abort();
  } catch (...) {
    std::abort();
  }
  std::abort();
}

// VmData of this process, in bytes; 0 where /proc does not say.
int64_t WritableBytes() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    absl::string_view text = line;
    int64_t kibibytes = 0;
    if (!absl::ConsumePrefix(&text, "VmData:") || !absl::ConsumeSuffix(&text, "kB")) continue;
    return absl::SimpleAtoi(text, &kibibytes) ? kibibytes << 10 : 0;
  }
  return 0;
}

}  // namespace

void YieldToOthers() {
  setpriority(PRIO_PROCESS, 0, kNiceness);
  const sched_param parameters = {};
  sched_setscheduler(0, SCHED_BATCH, &parameters);
  SetTimeSlice(kTimeSlice);
  std::ofstream("/proc/self/oom_score_adj") << kOutOfMemoryScore;
}

void EndWhenOutOfMemory(int64_t bytes) {
  std::set_new_handler(&EndOutOfMemory);
  std::set_terminate(&OnTerminate);
  if (bytes == 0) return;
  rlimit limit = {};
  getrlimit(RLIMIT_DATA, &limit);
  const auto wanted = static_cast<rlim_t>(WritableBytes() + kAddressSpacePerByte * bytes);
  limit.rlim_cur = limit.rlim_max = std::min(wanted, limit.rlim_max);
  setrlimit(RLIMIT_DATA, &limit);
}

}  // namespace serin
