#ifndef SERIN_SERVER_DATASET_LIVE_MAINTENANCE_H_
#define SERIN_SERVER_DATASET_LIVE_MAINTENANCE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/clock.h"
#include "core/storage/store.h"
#include "core/table/table.h"
#include "serin/internal/v1/records.pb.h"
#include "server/dataset/dataset_catalog.h"

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
  // Both must outlive this.
  LiveMaintenance(DatasetCatalog* catalog, const Clock* clock) : catalog_(catalog), clock_(clock) {}

  // Looks at every live dataset and makes one change at most to each. Returns whether there may be
  // more to do at once.
  absl::StatusOr<bool> Step();

 private:
  struct Live {
    std::string project;
    std::string dataset;
    v1::Retention retention;
  };

  absl::StatusOr<std::vector<Live>> ListLive() const;
  absl::StatusOr<bool> DropOldRows(const Live& live);
  absl::StatusOr<bool> MergeAppended(const Live& live);

  DatasetCatalog* const catalog_;
  const Clock* const clock_;
  // By storage: the end of the rows when there was nothing to merge.
  absl::flat_hash_map<std::string, int64_t> merged_until_;
};

}  // namespace serin

#endif  // SERIN_SERVER_DATASET_LIVE_MAINTENANCE_H_
