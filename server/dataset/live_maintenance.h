#ifndef SERIN_SERVER_DATASET_LIVE_MAINTENANCE_H_
#define SERIN_SERVER_DATASET_LIVE_MAINTENANCE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "core/base/clock.h"
#include "core/storage/store.h"
#include "core/table/table.h"
#include "serin/internal/v1/records.pb.h"
#include "server/dataset/dataset_catalog.h"
#include "server/dataset/live_metrics.h"

namespace serin {

// What is done in the background to live datasets: their oldest rows are dropped as their retention
// says, and what was appended is merged, run by run, until it makes a segment of its own. Each
// change is one batch that a crash finds done or not done; reading and appending go on beside it.
//
// Appended rows are merged in tiers, 16 pieces of about a size into one (O'Neil et al., "The
// log-structured merge-tree", 1996), so that there are never many pieces to read and each row is
// written again four times at most until it is in a segment.
//
// Not thread-safe.
class LiveMaintenance {
 public:
  // All must outlive this.
  LiveMaintenance(DatasetCatalog* catalog, const Clock* clock, LiveMetrics* metrics)
      : catalog_(catalog), clock_(clock), metrics_(metrics) {}

  // Looks at every live dataset and makes one change at most of each kind to it. Returns whether
  // there may be more to do at once. What is wrong with one dataset does not keep the others
  // waiting: the first error, which names its dataset, is returned once all were looked at.
  absl::StatusOr<bool> Step();

 private:
  struct Live {
    std::string project;
    std::string dataset;
    bool keeps_all;  // When it was listed.
  };
  // What is known of a live dataset, by its storage, that need not be looked for again.
  struct Progress {
    int64_t merged_until = -1;    // The end of the rows when there was nothing to merge.
    int64_t forgotten_until = 0;  // Requests that appended rows before it are forgotten.
    // Chunks that were dropped, and whose space is yet to be given back; when some last was.
    int32_t freed_begin = 0;
    int32_t freed_end = 0;
    absl::Time freed = absl::InfinitePast();
  };

  absl::StatusOr<std::vector<Live>> ListLive() const;
  absl::StatusOr<bool> Maintain(const Live& live);
  absl::StatusOr<bool> DropOldRows(const Live& live);
  void GiveSpaceBack(const Live& live, const std::string& storage_id, Progress& progress);
  absl::StatusOr<bool> MergeAppended(const Live& live);

  DatasetCatalog* const catalog_;
  const Clock* const clock_;
  LiveMetrics* const metrics_;
  absl::flat_hash_map<std::string, Progress> progress_;
};

}  // namespace serin

#endif  // SERIN_SERVER_DATASET_LIVE_MAINTENANCE_H_
