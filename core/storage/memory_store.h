#ifndef SERIN_CORE_STORAGE_MEMORY_STORE_H_
#define SERIN_CORE_STORAGE_MEMORY_STORE_H_

#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "core/storage/snapshot_book.h"
#include "core/storage/store.h"

namespace serin {

// A store in memory that fails when told to: what tests put under code that must survive crashes.
// It knows what the machine's disk would hold, apart from what the running program sees.
// Thread-safe.
class MemoryStore final : public Store {
 public:
  // What became of a batch whose Write failed: the two possibilities that the contract of
  // Store::Write leaves open. Either shows after Crash() only.
  enum class FailedWrite { kLost, kKept };

  MemoryStore();

  absl::StatusOr<std::string> Get(absl::string_view key) const override;
  absl::Status Scan(absl::string_view prefix, absl::string_view start,
                    ScanVisitor visitor) const override;
  absl::Status ScanBackward(absl::string_view prefix, absl::string_view end,
                            ScanVisitor visitor) const override;
  absl::Status Write(const WriteBatch& batch) override;
  // Notes the range, see compacted().
  void Compact(absl::string_view first, absl::string_view last) override;
  int64_t FreeBytes() const override;
  std::unique_ptr<StoreReader> NewSnapshot() const override;
  uint64_t SnapshotsTaken() const override { return snapshots_.taken(); }
  uint64_t SnapshotsReleased() const override { return snapshots_.released(); }

  // Makes a write fail with UNAVAILABLE after `successes` more have succeeded, and all that follow.
  void FailWriteAfter(int successes, FailedWrite outcome);

  // Makes every read fail with `error` from now on, of snapshots taken later as well; OK: no more.
  void FailReads(absl::Status error);

  // Whether Write syncs what it acknowledges, as the contract has it (the default). Without, it
  // behaves as a store with a bug: Crash() loses acknowledged batches. A test that passes with
  // both does not test durability.
  void SyncWrites(bool sync);

  // The process or the machine dies, and the store is opened again: only what is on disk is left,
  // nothing fails any more. Snapshots that are still held stay as they were.
  void Crash();

  // What FreeBytes says from now on.
  void SetFreeBytes(int64_t bytes);

  // The ranges that Compact was called with, first and last key, in order.
  std::vector<std::pair<std::string, std::string>> compacted() const;

  // Number of Write calls that succeeded.
  int write_count() const;

 private:
  using Map = std::map<std::string, std::string, std::less<>>;
  struct PlannedFailure {
    int successes_left;
    FailedWrite outcome;
  };
  class Snapshot;

  static std::shared_ptr<const Map> Apply(const Map& map, const WriteBatch& batch);
  absl::Status Fail(const WriteBatch& batch) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  mutable SnapshotBook snapshots_;
  mutable absl::Mutex mutex_;
  std::shared_ptr<const Map> visible_ ABSL_GUARDED_BY(mutex_);
  std::shared_ptr<const Map> on_disk_ ABSL_GUARDED_BY(mutex_);
  bool sync_ ABSL_GUARDED_BY(mutex_) = true;
  std::optional<PlannedFailure> planned_failure_ ABSL_GUARDED_BY(mutex_);
  absl::Status write_error_ ABSL_GUARDED_BY(mutex_);
  absl::Status read_error_ ABSL_GUARDED_BY(mutex_);
  int write_count_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t free_bytes_ ABSL_GUARDED_BY(mutex_) = std::numeric_limits<int64_t>::max();
  std::vector<std::pair<std::string, std::string>> compacted_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace serin

#endif  // SERIN_CORE_STORAGE_MEMORY_STORE_H_
