#ifndef SERIN_TESTS_INTEGRATION_PREDICTION_LOAD_H_
#define SERIN_TESTS_INTEGRATION_PREDICTION_LOAD_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "tests/integration/test_client.h"

namespace serin {

// Callers that ask for predictions of `iris` one after the other, while something happens to the
// servers. Each has a connection of its own.
class PredictionLoad {
 public:
  struct Counts {
    int64_t answered = 0;
    std::set<std::string> prediction_ids;       // Of those answered.
    std::map<std::string, int64_t> failed;      // By code and message.
    std::map<std::string, int64_t> by_version;  // Of those answered.

    int64_t failures() const;
  };

  // Begins to call the servers at `addresses`, `callers` for each.
  PredictionLoad(const std::vector<std::string>& addresses, int callers);
  ~PredictionLoad();

  // Waits until so many more calls have been answered; an error when that takes a minute.
  absl::Status AwaitAnswers(int64_t count) ABSL_LOCKS_EXCLUDED(mutex_);
  Counts Now() const ABSL_LOCKS_EXCLUDED(mutex_);
  // Lets every caller end its call and returns what there was.
  Counts Stop() ABSL_LOCKS_EXCLUDED(mutex_);

  // Deadline of each call.
  static constexpr absl::Duration kDeadline = absl::Seconds(1);

 private:
  void CallUntilStopped(const std::string& address) ABSL_LOCKS_EXCLUDED(mutex_);
  void Count(const absl::StatusOr<v1::PredictResponse>& response) ABSL_LOCKS_EXCLUDED(mutex_);

  mutable absl::Mutex mutex_;
  Counts counts_ ABSL_GUARDED_BY(mutex_);
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::jthread> callers_;
};

}  // namespace serin

#endif  // SERIN_TESTS_INTEGRATION_PREDICTION_LOAD_H_
