#ifndef SERIN_SERVER_DATASET_CHUNK_WRITER_H_
#define SERIN_SERVER_DATASET_CHUNK_WRITER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "core/storage/store.h"

namespace serin {

// Writes the chunks of a new storage, numbered in the order in which they come: the columns of its
// segments and the bytes of its source alike, so that all that is large is written in the order of
// its keys, and LevelDB has nothing to sort. Batches have a few MiB; the storage is pending from
// the first one on. Thread-safe.
class ChunkWriter {
 public:
  // `storage_id` must be new, `store` must outlive the writer.
  ChunkWriter(Store* store, std::string project, std::string storage_id);

  // Returns the number of the first chunk; the others have those that follow. Waits for the disk
  // where a batch is full.
  absl::StatusOr<int32_t> Append(std::vector<std::string> chunks)
      ABSL_LOCKS_EXCLUDED(write_mutex_, mutex_);

  // Writes what is not written yet, so that it can be read.
  absl::Status Flush() ABSL_LOCKS_EXCLUDED(write_mutex_, mutex_);

  // What is not written yet, for the batch that claims the storage. Nothing may be appended after.
  WriteBatch TakeRest() ABSL_LOCKS_EXCLUDED(write_mutex_, mutex_);

  // Whether something was written, or tried to be, that has to be freed where nobody claims it.
  bool is_pending() const ABSL_LOCKS_EXCLUDED(mutex_);

  // Of all chunks appended.
  int64_t bytes() const ABSL_LOCKS_EXCLUDED(mutex_);

  const std::string& storage_id() const { return storage_id_; }
  const std::string& project() const { return project_; }
  Store& store() const { return *store_; }

 private:
  // Writes the batch if it has that many bytes.
  absl::Status WriteFrom(size_t bytes) ABSL_LOCKS_EXCLUDED(write_mutex_, mutex_);

  Store* const store_;
  const std::string project_;
  const std::string storage_id_;
  // Held while a batch is taken and written, so that batches are written in order; appending goes
  // on.
  absl::Mutex write_mutex_ ABSL_ACQUIRED_BEFORE(mutex_);
  mutable absl::Mutex mutex_;
  WriteBatch batch_ ABSL_GUARDED_BY(mutex_);
  size_t batch_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  int32_t next_number_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  bool pending_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace serin

#endif  // SERIN_SERVER_DATASET_CHUNK_WRITER_H_
