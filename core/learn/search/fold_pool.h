#ifndef SERIN_CORE_LEARN_SEARCH_FOLD_POOL_H_
#define SERIN_CORE_LEARN_SEARCH_FOLD_POOL_H_

#include <cstddef>
#include <functional>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "core/base/work_pool.h"

namespace serin {

// Works on the folds of a trial, several at a time, on threads that stay from trial to trial, as
// those that XGBoost and OpenMP have run on keep memory until they end. One trial at a time.
class FoldPool {
 public:
  using GoOn = std::function<bool()>;
  // Works on one fold. Asks `go_on` often; CANCELLED once that is false.
  using Work = absl::FunctionRef<absl::Status(size_t fold, const GoOn& go_on)>;

  // `threads`: folds at a time, at least 1; the caller's thread is one of them.
  explicit FoldPool(int threads) : threads_(threads), others_(threads - 1) {}

  // Calls `work` once for each fold below `count`, on up to `at_a_time` threads, and returns when
  // all calls have ended. The answer does not depend on the number of threads: the error of the
  // first fold that has one. Folds behind one that failed are broken off.
  //
  // `go_on` is asked often, by one thread at a time; after its first false all are broken off.
  absl::Status ForEach(size_t count, size_t at_a_time, const GoOn& go_on, Work work);

 private:
  const int threads_;
  WorkPool others_;
};

}  // namespace serin

#endif  // SERIN_CORE_LEARN_SEARCH_FOLD_POOL_H_
