#ifndef SERIN_SERVER_DATASET_LIVE_PROFILES_H_
#define SERIN_SERVER_DATASET_LIVE_PROFILES_H_

#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "core/profile/table_profiler.h"
#include "serin/v1/dataset.pb.h"
#include "server/dataset/stored_table.h"

namespace serin {

// Profiles of live datasets, which are computed when asked for. What was computed is kept, so that
// only rows that were appended since are read the next time, and none where there are none. Rows
// are never changed and their numbers never move, so that first and last row say which rows a
// profile is of; once retention has dropped rows, or columns were added, all that are left are read
// again.
//
// Keeps those last asked for, of some 1,000 columns together, at about 100 KB a column
// (TableProfiler). Two who ask for the same at once both compute. Thread-safe.
class LiveProfiles {
 public:
  // The profile of all rows of a live dataset's version. CANCELLED where `cancelled`, asked between
  // batches of rows, says that nobody waits for it.
  absl::StatusOr<v1::DatasetProfile> ProfileOf(const StoredTable& table,
                                               const std::function<bool()>& cancelled)
      ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  // Of rows [first_row, end_row) of the dataset in a storage.
  struct Profiled {
    std::string storage_id;
    int64_t first_row;
    int64_t end_row;
    size_t columns;
    TableProfiler profiler;
    v1::DatasetProfile profile;
  };
  using ProfiledPtr = std::shared_ptr<const Profiled>;

  ProfiledPtr Find(const std::string& storage_id) ABSL_LOCKS_EXCLUDED(mutex_);
  void Keep(ProfiledPtr profiled) ABSL_LOCKS_EXCLUDED(mutex_);

  absl::Mutex mutex_;
  std::list<ProfiledPtr> kept_ ABSL_GUARDED_BY(mutex_);  // The one last asked for first.
};

}  // namespace serin

#endif  // SERIN_SERVER_DATASET_LIVE_PROFILES_H_
