#include "core/storage/memory_store.h"

#include <iterator>
#include <utility>
#include <variant>

#include "absl/strings/match.h"
#include "core/base/status_macros.h"
#include "core/storage/prefix.h"

namespace serin {

// The map is copied on every write, so whoever holds one holds an instant of the store.
class MemoryStore::Snapshot final : public StoreReader {
 public:
  Snapshot(std::shared_ptr<const Map> map, absl::Status error, SnapshotBook* book)
      : map_(std::move(map)), error_(std::move(error)), book_(*book), number_(book->Take()) {}
  ~Snapshot() override { book_.Release(number_); }

  absl::StatusOr<std::string> Get(absl::string_view key) const override {
    SERIN_RETURN_IF_ERROR(error_);
    const auto it = map_->find(std::string(key));
    if (it == map_->end()) return absl::NotFoundError("storage: no such key");
    return it->second;
  }

  absl::Status Scan(absl::string_view prefix, absl::string_view start,
                    ScanVisitor visitor) const override {
    SERIN_RETURN_IF_ERROR(error_);
    for (auto it = map_->lower_bound(ScanBegin(prefix, start)); it != map_->end(); ++it) {
      if (!absl::StartsWith(it->first, prefix) || !visitor(it->first, it->second)) break;
    }
    return absl::OkStatus();
  }

  absl::Status ScanBackward(absl::string_view prefix, absl::string_view end,
                            ScanVisitor visitor) const override {
    SERIN_RETURN_IF_ERROR(error_);
    const std::string limit = ScanEnd(prefix, end);
    auto it = limit.empty() ? map_->end() : map_->lower_bound(limit);
    while (it != map_->begin()) {
      --it;
      if (!absl::StartsWith(it->first, prefix) || !visitor(it->first, it->second)) break;
    }
    return absl::OkStatus();
  }

 private:
  const std::shared_ptr<const Map> map_;
  const absl::Status error_;
  SnapshotBook& book_;
  const uint64_t number_;
};

MemoryStore::MemoryStore() : visible_(std::make_shared<Map>()), on_disk_(visible_) {}

absl::StatusOr<std::string> MemoryStore::Get(absl::string_view key) const {
  return NewSnapshot()->Get(key);
}

absl::Status MemoryStore::Scan(absl::string_view prefix, absl::string_view start,
                               ScanVisitor visitor) const {
  return NewSnapshot()->Scan(prefix, start, visitor);
}

absl::Status MemoryStore::ScanBackward(absl::string_view prefix, absl::string_view end,
                                       ScanVisitor visitor) const {
  return NewSnapshot()->ScanBackward(prefix, end, visitor);
}

std::unique_ptr<StoreReader> MemoryStore::NewSnapshot() const {
  absl::MutexLock lock(&mutex_);
  return std::make_unique<Snapshot>(visible_, read_error_, &snapshots_);
}

std::shared_ptr<const MemoryStore::Map> MemoryStore::Apply(const Map& map,
                                                           const WriteBatch& batch) {
  auto changed = std::make_shared<Map>(map);
  for (const WriteBatch::Operation& operation : batch.operations()) {
    if (const auto* put = std::get_if<WriteBatch::Put>(&operation)) {
      (*changed)[put->key] = put->value;
    } else {
      changed->erase(std::get<WriteBatch::Delete>(operation).key);
    }
  }
  return changed;
}

absl::Status MemoryStore::Write(const WriteBatch& batch) {
  absl::MutexLock lock(&mutex_);
  SERIN_RETURN_IF_ERROR(write_error_);
  if (planned_failure_ && planned_failure_->successes_left-- == 0) return Fail(batch);
  visible_ = Apply(*visible_, batch);
  if (sync_) on_disk_ = visible_;
  ++write_count_;
  return absl::OkStatus();
}

absl::Status MemoryStore::Fail(const WriteBatch& batch) {
  if (planned_failure_->outcome == FailedWrite::kKept) on_disk_ = Apply(*visible_, batch);
  write_error_ = absl::UnavailableError("storage: cannot write (told to fail)");
  return write_error_;
}

void MemoryStore::FailWriteAfter(int successes, FailedWrite outcome) {
  absl::MutexLock lock(&mutex_);
  planned_failure_ = PlannedFailure{successes, outcome};
}

void MemoryStore::FailReads(absl::Status error) {
  absl::MutexLock lock(&mutex_);
  read_error_ = std::move(error);
}

void MemoryStore::SyncWrites(bool sync) {
  absl::MutexLock lock(&mutex_);
  sync_ = sync;
}

void MemoryStore::Crash() {
  absl::MutexLock lock(&mutex_);
  visible_ = on_disk_;
  planned_failure_.reset();
  write_error_ = absl::OkStatus();
  read_error_ = absl::OkStatus();
}

void MemoryStore::Compact(absl::string_view first, absl::string_view last) {
  absl::MutexLock lock(&mutex_);
  compacted_.emplace_back(first, last);
}

std::vector<std::pair<std::string, std::string>> MemoryStore::compacted() const {
  absl::MutexLock lock(&mutex_);
  return compacted_;
}

int64_t MemoryStore::FreeBytes() const {
  absl::MutexLock lock(&mutex_);
  return free_bytes_;
}

void MemoryStore::SetFreeBytes(int64_t bytes) {
  absl::MutexLock lock(&mutex_);
  free_bytes_ = bytes;
}

int MemoryStore::write_count() const {
  absl::MutexLock lock(&mutex_);
  return write_count_;
}

}  // namespace serin
