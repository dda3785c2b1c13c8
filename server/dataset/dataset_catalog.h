#ifndef SERIN_SERVER_DATASET_DATASET_CATALOG_H_
#define SERIN_SERVER_DATASET_DATASET_CATALOG_H_

#include <prometheus/gauge.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
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
#include "serin/internal/v1/records.pb.h"
#include "serin/v1/dataset.pb.h"

namespace serin {

// Where a new version goes.
struct VersionTarget {
  std::string project;
  std::string dataset;     // As of ParseDatasetName.
  std::string request_id;  // Empty: none.
  // Of the dataset, where the version makes it.
  std::string description = {};
  std::map<std::string, std::string> labels = {};
};

// A version that is in storage but for the last batch.
struct VersionDraft {
  VersionTarget target;
  std::string storage_id;
  // Without what the catalog adds: name, number and time.
  v1::DatasetVersion version;
  v1::DatasetProfile profile;
  // What is left of the storage to be written.
  WriteBatch batch;
};

// Changes datasets in a store. dataset_queries.h has what only looks, version_writer.h what makes
// versions. Thread-safe.
//
// Whatever instant the process dies at, the store then holds every version that was acknowledged,
// whole, and of any other version nothing but pending storage, which Recover() frees.
class DatasetCatalog {
 public:
  struct Committed {
    v1::DatasetVersion version;
    bool is_new;  // False: the same request had made a version before; the draft belongs to none.
  };

  // `bytes` follows the size of the files of all versions that exist. All must outlive the catalog.
  DatasetCatalog(Store* store, const Clock* clock, IdGenerator* ids, prometheus::Gauge* bytes);

  // Frees what a crash left behind and counts what is there, by the dataset. Call once, before
  // anything else.
  absl::Status Recover();

  // Makes the version: the version exists from its batch on. Where the request has made one
  // already, returns that and changes nothing. CANCELLED, and nothing is written, where `cancelled`
  // says that nobody waits for it any more. FAILED_PRECONDITION for a live dataset.
  absl::StatusOr<Committed> Commit(VersionDraft draft, absl::FunctionRef<bool()> cancelled)
      ABSL_LOCKS_EXCLUDED(commit_mutex_);

  // Writes the batch that `plan` makes, if it is not empty. No other change of a dataset comes
  // between what `plan` reads and that.
  absl::Status Change(absl::FunctionRef<absl::StatusOr<WriteBatch>()> plan)
      ABSL_LOCKS_EXCLUDED(commit_mutex_);

  // The version that this request has made, if it has.
  absl::StatusOr<std::optional<v1::DatasetVersion>> FindRequest(absl::string_view project,
                                                                absl::string_view dataset,
                                                                absl::string_view request_id) const;

  // NOT_FOUND where there is no such dataset, or version; the dataset goes with its last version.
  // OK once it is gone, although freeing its storage may then have failed and be left to the next
  // Recover().
  absl::Status DeleteDataset(absl::string_view project, absl::string_view dataset)
      ABSL_LOCKS_EXCLUDED(commit_mutex_, freed_mutex_);
  absl::Status DeleteVersion(absl::string_view project, absl::string_view dataset, int32_t version)
      ABSL_LOCKS_EXCLUDED(commit_mutex_, freed_mutex_);

  // Writes the dataset as `change` leaves it, with a new time of update, and returns it; nothing
  // where that is an error. NOT_FOUND where there is no such dataset.
  absl::StatusOr<v1::Dataset> ChangeDataset(absl::string_view project, absl::string_view dataset,
                                            absl::FunctionRef<absl::Status(v1::Dataset&)> change)
      ABSL_LOCKS_EXCLUDED(commit_mutex_);

  // Removes a storage that belongs to no version; where that fails, it is left to Recover().
  void Free(absl::string_view project, absl::string_view storage_id)
      ABSL_LOCKS_EXCLUDED(freed_mutex_);

  // Notes that chunks [begin, end) of a storage were deleted, whose space ReclaimSpace is to give
  // back.
  void NoteFreed(absl::string_view project, absl::string_view storage_id, int32_t begin,
                 int32_t end) ABSL_LOCKS_EXCLUDED(freed_mutex_);

  // Gives the disk back what was freed, once nobody reads it any more; what somebody still reads is
  // left to a later call. May take long.
  void ReclaimSpace() ABSL_LOCKS_EXCLUDED(freed_mutex_);
  // Whether that would do anything.
  bool HasSpaceToReclaim() const ABSL_LOCKS_EXCLUDED(freed_mutex_);

  // Names a storage that is new.
  std::string NewStorageId() { return ids_->Next(); }
  Store* mutable_store() { return store_; }
  const Store& store() const { return *store_; }

 private:
  // A batch that removes versions, or a dataset, but not what is in their storage.
  struct Removal {
    WriteBatch batch;
    std::vector<std::string> storage_ids;
    int64_t source_bytes = 0;
  };

  // Keys that were deleted, the first and the last.
  struct FreedRange {
    std::string first;
    std::string last;
    uint64_t snapshots;  // Those taken before may see them.
  };

  absl::StatusOr<v1::DatasetVersion> WriteVersion(VersionDraft draft)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(commit_mutex_);
  absl::StatusOr<internal::v1::DatasetRecord> DatasetFor(const VersionDraft& draft) const;
  absl::StatusOr<internal::v1::DatasetRecord> FindDataset(absl::string_view project,
                                                          absl::string_view dataset) const;
  static void RemoveVersion(absl::string_view project,
                            const internal::v1::DatasetVersionRecord& record, Removal& removal);
  absl::StatusOr<Removal> PlanRemoval(absl::string_view project, absl::string_view dataset) const;
  absl::StatusOr<Removal> PlanRemovalOf(absl::string_view project, absl::string_view dataset,
                                        int32_t version) const;
  absl::Status Apply(const absl::StatusOr<Removal>& removal)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(commit_mutex_);
  void FreeAll(absl::string_view project, const Removal& removal) ABSL_LOCKS_EXCLUDED(freed_mutex_);
  absl::Status FreeNow(absl::string_view project, absl::string_view storage_id)
      ABSL_LOCKS_EXCLUDED(freed_mutex_);

  Store* const store_;
  const Clock* const clock_;
  IdGenerator* const ids_;
  prometheus::Gauge* const bytes_;
  // Held from reading a dataset record to the batch that changes it: one such batch at a time.
  absl::Mutex commit_mutex_;
  mutable absl::Mutex freed_mutex_;
  std::vector<FreedRange> freed_ ABSL_GUARDED_BY(freed_mutex_);
};

}  // namespace serin

#endif  // SERIN_SERVER_DATASET_DATASET_CATALOG_H_
