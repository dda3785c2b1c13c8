#ifndef SERIN_CORE_BASE_PARALLEL_H_
#define SERIN_CORE_BASE_PARALLEL_H_

#include <cstddef>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"

namespace serin {

// Calls work(i) once for each i below `count`, on up to `threads` threads of which this one is the
// first, and returns when all calls have. They begin in the order of i. Returns the error of the
// lowest i that has one, so that the answer does not depend on the number of threads; the other
// calls are made nevertheless.
absl::Status ParallelFor(size_t count, size_t threads,
                         absl::FunctionRef<absl::Status(size_t)> work);

}  // namespace serin

#endif  // SERIN_CORE_BASE_PARALLEL_H_
