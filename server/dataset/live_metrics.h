#ifndef SERIN_SERVER_DATASET_LIVE_METRICS_H_
#define SERIN_SERVER_DATASET_LIVE_METRICS_H_

#include <prometheus/counter.h>
#include <prometheus/registry.h>

namespace serin {

// serin_dataset_rows_appended_total and serin_dataset_rows_dropped_total: rows that came into live
// datasets, and that their retention dropped. serin_dataset_merges_total{into="segment"|"piece"}:
// runs of appended rows that were merged. Thread-safe.
class LiveMetrics {
 public:
  explicit LiveMetrics(prometheus::Registry* registry);

  prometheus::Counter& rows_appended() { return rows_appended_; }
  prometheus::Counter& rows_dropped() { return rows_dropped_; }
  prometheus::Counter& merges(bool into_segment) {
    return into_segment ? segment_merges_ : piece_merges_;
  }

 private:
  prometheus::Counter& rows_appended_;
  prometheus::Counter& rows_dropped_;
  prometheus::Counter& segment_merges_;
  prometheus::Counter& piece_merges_;
};

}  // namespace serin

#endif  // SERIN_SERVER_DATASET_LIVE_METRICS_H_
