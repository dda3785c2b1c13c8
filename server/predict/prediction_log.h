#ifndef SERIN_SERVER_PREDICT_PREDICTION_LOG_H_
#define SERIN_SERVER_PREDICT_PREDICTION_LOG_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "core/base/ids.h"
#include "core/engine/predictor.h"
#include "core/monitor/log_rows.h"
#include "core/table/table.h"
#include "server/predict/loaded_model.h"
#include "server/predict/log_settings.h"
#include "server/predict/row_sink.h"

namespace serin {

struct PredictionLogOptions {
  // Of all rows that are held; those of a call that would be beyond are dropped.
  size_t max_bytes = size_t{64} << 20;
  // How much is held before `on_backlog` is called.
  size_t backlog_bytes = size_t{8} << 20;
  // Of one append.
  size_t max_append_rows = 20'000;
  size_t max_append_bytes = size_t{16} << 20;
};

// Keeps rows of predictions until a thread of its own has taken them to the datasets. A prediction
// costs a copy of its rows into memory that the threads which answer do not share; it never waits
// for the datasets, nor for whoever writes there. What there is no room for is dropped.
//
// Of every row answered, one of LogCounters' outcomes comes to be counted, once. A process that is
// killed takes with it what it held, some seconds of rows at most as long as the dataset role
// answers; a row that it had begun to write is there once or not at all.
class PredictionLog {
 public:
  // All outlive the log. `on_backlog` may be called by any thread, and wakes who calls Step.
  PredictionLog(const LogSettings* settings, RowSink* sink, IdGenerator* ids,
                std::function<void()> on_backlog, PredictionLogOptions options = {});
  // Counts what is left as dropped.
  ~PredictionLog();

  // Whether no model is logged: Record would do nothing.
  bool is_off() const { return settings_->empty(); }

  // A call that was answered; see LogRows::Append for `rows`. Thread-safe.
  void Record(const std::shared_ptr<const LoadedModel>& model, const LoggedCall& call,
              const Table& rows, const Scores& scores);

  // Takes to the datasets what was recorded before. False if some of it has to be tried again,
  // which the next call does first. One thread at a time.
  bool Step();

 private:
  // What a model version has answered under a setting.
  struct Batch {
    // Of the version, which may be unloaded while its rows wait.
    std::shared_ptr<const internal::v1::Predictor> model;
    std::shared_ptr<const LogSetting> setting;
    std::unique_ptr<LogRows> rows;
    size_t bytes = 0;
  };
  // A batch keeps both alive, so that no other has its key.
  using BatchKey = std::pair<const internal::v1::Predictor*, const LogSetting*>;
  using Batches = absl::flat_hash_map<BatchKey, Batch>;
  struct alignas(64) Shard {
    absl::Mutex mutex;
    Batches batches ABSL_GUARDED_BY(mutex);
  };
  // Rows to be appended, by one call or several.
  struct Pending {
    std::shared_ptr<const LogSetting> setting;
    Table table;
    size_t bytes = 0;        // Held for it.
    size_t begin = 0;        // Rows before are done with.
    std::string request_id;  // Of the append of the rows from there on.
  };

  Shard& ShardOfThread();
  // Whether there is room; then it is taken.
  bool Hold(size_t bytes);
  void Collect();
  // Of one key.
  void Enqueue(std::vector<Batch> batches);
  // False if one has to be tried again.
  bool AppendPending();
  // Appends the next rows of the first one that waits; an error that is worth retrying changes
  // nothing.
  absl::Status AppendNext();
  size_t EndOfAppend(const Pending& pending) const;

  const LogSettings* const settings_;
  RowSink* const sink_;
  IdGenerator* const ids_;
  const std::function<void()> on_backlog_;
  const PredictionLogOptions options_;
  std::array<Shard, 16> shards_;
  std::atomic<size_t> held_bytes_ = 0;
  std::deque<Pending> pending_;  // Only touched by Step.
};

}  // namespace serin

#endif  // SERIN_SERVER_PREDICT_PREDICTION_LOG_H_
