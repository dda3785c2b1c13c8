#include "server/dataset/chunk_writer.h"

#include <utility>

#include "core/base/status_macros.h"
#include "server/dataset/dataset_keys.h"
#include "server/dataset/dataset_storage.h"

namespace serin {
namespace {

constexpr size_t kBatchBytes = 4 << 20;

}  // namespace

ChunkWriter::ChunkWriter(Store* store, std::string project, std::string storage_id)
    : store_(store), project_(std::move(project)), storage_id_(std::move(storage_id)) {}

absl::StatusOr<int32_t> ChunkWriter::Append(std::vector<std::string> chunks) {
  int32_t first;
  {
    absl::MutexLock lock(&mutex_);
    first = next_number_;
    for (std::string& chunk : chunks) {
      batch_bytes_ += chunk.size();
      bytes_ += static_cast<int64_t>(chunk.size());
      batch_.PutValue(ChunkKey(project_, storage_id_, next_number_++), std::move(chunk));
    }
    if (batch_bytes_ < kBatchBytes) return first;
  }
  SERIN_RETURN_IF_ERROR(WriteFrom(kBatchBytes));
  return first;
}

absl::Status ChunkWriter::Flush() { return WriteFrom(1); }

absl::Status ChunkWriter::WriteFrom(size_t bytes) {
  absl::MutexLock write_lock(&write_mutex_);
  WriteBatch batch;
  {
    absl::MutexLock lock(&mutex_);
    if (batch_bytes_ < bytes) return absl::OkStatus();
    SERIN_RETURN_IF_ERROR(CheckDiskHasRoom(*store_, batch_bytes_));
    batch = std::exchange(batch_, WriteBatch());
    batch_bytes_ = 0;
    if (!std::exchange(pending_, true)) DisownStorage(batch, project_, storage_id_);
  }
  return store_->Write(batch);
}

WriteBatch ChunkWriter::TakeRest() {
  absl::MutexLock write_lock(&write_mutex_);
  absl::MutexLock lock(&mutex_);
  batch_bytes_ = 0;
  return std::exchange(batch_, WriteBatch());
}

bool ChunkWriter::is_pending() const {
  absl::MutexLock lock(&mutex_);
  return pending_;
}

int64_t ChunkWriter::bytes() const {
  absl::MutexLock lock(&mutex_);
  return bytes_;
}

}  // namespace serin
