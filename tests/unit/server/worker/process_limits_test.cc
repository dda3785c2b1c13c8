#include "server/worker/process_limits.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/resource.h>

#include <fstream>
#include <new>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "absl/time/time.h"
#include "core/base/time_slice.h"
#include "server/rpc/worker_exit.h"

namespace serin {
namespace {

using ::testing::ExitedWithCode;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kOwnAllocator = false;  // That of the sanitizer ends the process in its own way.
#else
constexpr bool kOwnAllocator = true;
#endif

// Not freed, so that the compiler does not leave it out.
void Allocate(size_t bytes) { new std::vector<char>(bytes); }

TEST(EndWhenOutOfMemoryTest, AllocationBeyondTheBound_EndsTheProcessWithItsOwnStatus) {
  if (!kOwnAllocator) GTEST_SKIP();
  EXPECT_EXIT(
      {
        EndWhenOutOfMemory(64 << 20);
        Allocate(size_t{1} << 30);
      },
      ExitedWithCode(kWorkerOutOfMemory), "");
}

TEST(EndWhenOutOfMemoryTest, InAnyThread) {
  if (!kOwnAllocator) GTEST_SKIP();
  EXPECT_EXIT(
      {
        EndWhenOutOfMemory(64 << 20);
        std::thread([] { Allocate(size_t{1} << 30); }).join();
      },
      ExitedWithCode(kWorkerOutOfMemory), "");
}

TEST(EndWhenOutOfMemoryTest, AlsoWhereALibraryThrowsItself) {
  EXPECT_EXIT(
      {
        EndWhenOutOfMemory(0);
        std::thread([] { throw std::bad_alloc(); }).join();
      },
      ExitedWithCode(kWorkerOutOfMemory), "");
}

TEST(EndWhenOutOfMemoryTest, AlsoWhereAThreadGetsNoStack) {
  EXPECT_EXIT(
      {
        EndWhenOutOfMemory(0);
        std::thread([] {
          throw std::system_error(std::make_error_code(std::errc::resource_unavailable_try_again));
        }).join();
      },
      ExitedWithCode(kWorkerOutOfMemory), "");
}

TEST(EndWhenOutOfMemoryTest, WithinTheBound_NothingHappens) {
  EXPECT_EXIT(
      {
        EndWhenOutOfMemory(64 << 20);
        Allocate(48 << 20);
        _exit(0);
      },
      ExitedWithCode(0), "");
}

TEST(YieldToOthersTest, LowersPriority_AndOffersItselfWhereMemoryRunsOut) {
  EXPECT_EXIT(
      {
        YieldToOthers();
        std::string score;
        std::ifstream("/proc/self/oom_score_adj") >> score;
        // Kernels before 6.12 do not know of slices.
        const bool long_slice =
            TimeSlice() == absl::Milliseconds(100) || TimeSlice() == absl::ZeroDuration();
        const bool yields = getpriority(PRIO_PROCESS, 0) == 19 &&
                            sched_getscheduler(0) == SCHED_BATCH && long_slice && score == "500";
        _exit(yields ? 0 : 1);
      },
      ExitedWithCode(0), "");
}

}  // namespace
}  // namespace serin
