#ifndef SERIN_SERVER_DATASET_DATASET_CATALOG_H_
#define SERIN_SERVER_DATASET_DATASET_CATALOG_H_

#include <prometheus/gauge.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/storage/store.h"
#include "core/table/table.h"
#include "serin/internal/v1/records.pb.h"
#include "serin/v1/dataset.pb.h"

namespace serin {

// A file that was read, about to become a dataset version.
struct NewVersion {
  std::string dataset;
  std::string request_id;  // Empty: none.
  Table table;
  // Where it comes from; the catalog adds name, number, schema, rows and time.
  v1::DatasetVersion description;
};

// Changes datasets in a store. dataset_queries.h has what only looks. Thread-safe.
//
// Whatever instant the process dies at, the store then holds every version that was acknowledged,
// whole, and of any other version nothing but pending segments, which Recover() frees.
class DatasetCatalog {
 public:
  // `bytes` follows the size of the files of all versions that exist. All must outlive the catalog.
  DatasetCatalog(Store* store, const Clock* clock, IdGenerator* ids, prometheus::Gauge* bytes);

  // Frees what a crash left behind and counts what is there. Call once, before anything else.
  absl::Status Recover();

  // Makes the version. Where `request_id` has made one already, returns that and changes nothing.
  // CANCELLED, and nothing is left, where `cancelled` (asked now and then, and a last time just
  // before the version comes to be) says that nobody waits for it any more.
  absl::StatusOr<v1::DatasetVersion> AddVersion(absl::string_view project,
                                                const NewVersion& version,
                                                absl::FunctionRef<bool()> cancelled)
      ABSL_LOCKS_EXCLUDED(commit_mutex_);

  // The version that this request has made, if it has.
  absl::StatusOr<std::optional<v1::DatasetVersion>> FindRequest(absl::string_view project,
                                                                absl::string_view dataset,
                                                                absl::string_view request_id) const;

  // NOT_FOUND where there is no such dataset. OK once it is gone, although freeing its rows may
  // then have failed and be left to the next Recover().
  absl::Status DeleteDataset(absl::string_view project, absl::string_view dataset)
      ABSL_LOCKS_EXCLUDED(commit_mutex_);

  const Store& store() const { return *store_; }

 private:
  // A version whose segments are written but not owned yet.
  struct Draft {
    absl::string_view project;
    const NewVersion& version;
    std::string storage_id;
    int32_t segment_count = 0;
  };
  struct Outcome {
    v1::DatasetVersion version;
    bool segments_owned;  // False: the same request had made a version before.
  };

  // A dataset, as a batch that removes all of it but its segments.
  struct Removal {
    WriteBatch batch;
    std::vector<std::string> storage_ids;
    int64_t source_bytes = 0;
  };

  absl::StatusOr<Outcome> Add(Draft& draft, absl::FunctionRef<bool()> cancelled);
  absl::StatusOr<Outcome> Commit(const Draft& draft, const v1::DatasetProfile& profile,
                                 absl::FunctionRef<bool()> cancelled)
      ABSL_LOCKS_EXCLUDED(commit_mutex_);
  absl::StatusOr<v1::DatasetVersion> WriteVersion(const Draft& draft, v1::DatasetProfile profile)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(commit_mutex_);
  absl::StatusOr<v1::Dataset> DatasetWithNextVersion(absl::string_view project,
                                                     absl::string_view dataset) const;
  absl::StatusOr<Removal> Remove(absl::string_view project, absl::string_view dataset)
      ABSL_LOCKS_EXCLUDED(commit_mutex_);
  absl::StatusOr<Removal> PlanRemoval(absl::string_view project, absl::string_view dataset) const;

  Store* const store_;
  const Clock* const clock_;
  IdGenerator* const ids_;
  prometheus::Gauge* const bytes_;
  // Held from reading a dataset record to the batch that changes it: one such batch at a time.
  absl::Mutex commit_mutex_;
};

}  // namespace serin

#endif  // SERIN_SERVER_DATASET_DATASET_CATALOG_H_
