#include "core/storage/leveldb_store.h"

#include <leveldb/db.h>
#include <leveldb/env.h>
#include <leveldb/write_batch.h>

#include <filesystem>
#include <limits>
#include <system_error>
#include <utility>
#include <variant>

#include "absl/base/thread_annotations.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "core/base/errors.h"
#include "core/base/status_macros.h"
#include "core/storage/prefix.h"
#include "core/storage/snapshot_book.h"

namespace serin {
namespace {

leveldb::Slice ToSlice(absl::string_view text) { return {text.data(), text.size()}; }
absl::string_view ToView(leveldb::Slice slice) { return {slice.data(), slice.size()}; }

absl::Status ToStatus(const leveldb::Status& status) {
  if (status.ok()) return absl::OkStatus();
  const std::string message = absl::StrCat("storage: ", status.ToString());
  if (status.IsNotFound()) return absl::NotFoundError(message);
  if (status.IsCorruption()) return absl::DataLossError(message);
  if (status.IsIOError()) return absl::UnavailableError(message);
  return absl::InternalError(message);
}

// Visits from where the iterator is until `advance` leaves the keys that begin with `prefix`.
template <typename Advance>
absl::Status Visit(leveldb::Iterator& it, absl::string_view prefix, ScanVisitor visitor,
                   Advance advance) {
  for (; it.Valid() && it.key().starts_with(ToSlice(prefix)); advance(it)) {
    if (!visitor(ToView(it.key()), ToView(it.value()))) break;
  }
  return ToStatus(it.status());
}

// Puts the iterator on the last key that is less than `end` (empty: on the last key).
void SeekBefore(leveldb::Iterator& it, const std::string& end) {
  if (end.empty()) return it.SeekToLast();
  it.Seek(end);
  it.Valid() ? it.Prev() : it.SeekToLast();
}

// Reads as of `snapshot`, or of each call where that is null.
class Reader {
 public:
  Reader(leveldb::DB* db, const leveldb::Snapshot* snapshot) : db_(db) {
    options_.snapshot = snapshot;
    options_.verify_checksums = true;
  }

  absl::StatusOr<std::string> Get(absl::string_view key) const { return Get(key, options_); }

  absl::StatusOr<std::string> GetChecksummed(absl::string_view key) const {
    leveldb::ReadOptions options = options_;
    options.verify_checksums = false;
    return Get(key, options);
  }

  absl::Status Scan(absl::string_view prefix, absl::string_view start, ScanVisitor visitor) const {
    const std::unique_ptr<leveldb::Iterator> it(db_->NewIterator(options_));
    it->Seek(ScanBegin(prefix, start));
    return Visit(*it, prefix, visitor, [](leveldb::Iterator& it) { it.Next(); });
  }

  absl::Status ScanBackward(absl::string_view prefix, absl::string_view end,
                            ScanVisitor visitor) const {
    const std::unique_ptr<leveldb::Iterator> it(db_->NewIterator(options_));
    SeekBefore(*it, ScanEnd(prefix, end));
    return Visit(*it, prefix, visitor, [](leveldb::Iterator& it) { it.Prev(); });
  }

 private:
  absl::StatusOr<std::string> Get(absl::string_view key,
                                  const leveldb::ReadOptions& options) const {
    std::string value;
    const leveldb::Status status = db_->Get(options, ToSlice(key), &value);
    if (status.IsNotFound()) return absl::NotFoundError("storage: no such key");
    SERIN_RETURN_IF_ERROR(ToStatus(status));
    return value;
  }

  leveldb::DB* const db_;
  leveldb::ReadOptions options_;
};

class LevelDbSnapshot final : public StoreReader {
 public:
  LevelDbSnapshot(leveldb::DB* db, SnapshotBook* book)
      : db_(db),
        book_(*book),
        number_(book->Take()),
        snapshot_(db->GetSnapshot()),
        reader_(db, snapshot_) {}
  ~LevelDbSnapshot() override {
    db_->ReleaseSnapshot(snapshot_);
    book_.Release(number_);
  }

  absl::StatusOr<std::string> Get(absl::string_view key) const override { return reader_.Get(key); }
  absl::StatusOr<std::string> GetChecksummed(absl::string_view key) const override {
    return reader_.GetChecksummed(key);
  }
  absl::Status Scan(absl::string_view prefix, absl::string_view start,
                    ScanVisitor visitor) const override {
    return reader_.Scan(prefix, start, visitor);
  }
  absl::Status ScanBackward(absl::string_view prefix, absl::string_view end,
                            ScanVisitor visitor) const override {
    return reader_.ScanBackward(prefix, end, visitor);
  }

 private:
  leveldb::DB* const db_;
  SnapshotBook& book_;
  const uint64_t number_;  // From before snapshot_ is taken.
  const leveldb::Snapshot* const snapshot_;
  const Reader reader_;
};

leveldb::WriteBatch ToLevelDb(const WriteBatch& batch) {
  leveldb::WriteBatch out;
  for (const WriteBatch::Operation& operation : batch.operations()) {
    if (const auto* put = std::get_if<WriteBatch::Put>(&operation)) {
      out.Put(put->key, put->value);
    } else {
      out.Delete(std::get<WriteBatch::Delete>(operation).key);
    }
  }
  return out;
}

class LevelDbStore final : public Store {
 public:
  LevelDbStore(std::string dir, std::unique_ptr<leveldb::DB> db)
      : dir_(std::move(dir)), db_(std::move(db)), reader_(db_.get(), nullptr) {}

  absl::StatusOr<std::string> Get(absl::string_view key) const override { return reader_.Get(key); }
  absl::StatusOr<std::string> GetChecksummed(absl::string_view key) const override {
    return reader_.GetChecksummed(key);
  }
  absl::Status Scan(absl::string_view prefix, absl::string_view start,
                    ScanVisitor visitor) const override {
    return reader_.Scan(prefix, start, visitor);
  }
  absl::Status ScanBackward(absl::string_view prefix, absl::string_view end,
                            ScanVisitor visitor) const override {
    return reader_.ScanBackward(prefix, end, visitor);
  }
  std::unique_ptr<StoreReader> NewSnapshot() const override {
    return std::make_unique<LevelDbSnapshot>(db_.get(), &snapshots_);
  }
  uint64_t SnapshotsTaken() const override { return snapshots_.taken(); }
  uint64_t SnapshotsReleased() const override { return snapshots_.released(); }

  void Compact(absl::string_view first, absl::string_view last) override {
    const leveldb::Slice begin = ToSlice(first);
    const leveldb::Slice end = ToSlice(last);
    db_->CompactRange(&begin, &end);
    // A file that somebody was reading just then is deleted with a later change of the files only.
    // This one, of next to nothing, sees to it that it need not wait for somebody to write.
    db_->CompactRange(&end, &end);
  }

  int64_t FreeBytes() const override {
    std::error_code error;
    const std::filesystem::space_info space = std::filesystem::space(dir_, error);
    constexpr auto kMost = std::numeric_limits<int64_t>::max();
    return error || space.available > kMost ? kMost : static_cast<int64_t>(space.available);
  }

  // One at a time: LevelDB itself would let a write follow one that tore the log, where recovery
  // could not read it.
  absl::Status Write(const WriteBatch& batch) override ABSL_LOCKS_EXCLUDED(write_mutex_) {
    leveldb::WriteBatch changes = ToLevelDb(batch);
    leveldb::WriteOptions options;
    options.sync = true;
    absl::MutexLock lock(&write_mutex_);
    if (first_error_.ok()) first_error_ = ToWriteStatus(db_->Write(options, &changes));
    return first_error_;
  }

 private:
  static absl::Status ToWriteStatus(const leveldb::Status& status) {
    if (status.ok()) return absl::OkStatus();
    return UnavailableRetryAfter(
        absl::StrCat("storage: cannot write (", status.ToString(),
                     "); no more is written until the server is restarted"),
        absl::Seconds(30));
  }

  const std::string dir_;
  const std::unique_ptr<leveldb::DB> db_;
  const Reader reader_;
  mutable SnapshotBook snapshots_;
  absl::Mutex write_mutex_;
  absl::Status first_error_ ABSL_GUARDED_BY(write_mutex_);
};

leveldb::Options OptionsFor(leveldb::Env* env) {
  leveldb::Options options;
  options.create_if_missing = true;
  options.paranoid_checks = true;
  options.env = env;
  return options;
}

absl::Status OpenError(const std::string& dir, const leveldb::Status& status) {
  if (absl::StrContains(status.ToString(), absl::StrCat("lock ", dir, "/LOCK"))) {
    return absl::FailedPreconditionError(absl::StrCat(
        "data directory ", dir, " is in use by another process; stop it or use another directory"));
  }
  const absl::Status error = ToStatus(status);
  return absl::Status(error.code(),
                      absl::StrCat("cannot open data directory ", dir, ": ", error.message()));
}

}  // namespace

absl::StatusOr<std::unique_ptr<Store>> OpenLevelDbStore(const std::string& dir) {
  return OpenLevelDbStore(dir, leveldb::Env::Default());
}

absl::StatusOr<std::unique_ptr<Store>> OpenLevelDbStore(const std::string& dir, leveldb::Env* env) {
  std::error_code error;
  std::filesystem::create_directories(dir, error);
  if (error) {
    return absl::UnavailableError(
        absl::StrCat("cannot make data directory ", dir, ": ", error.message()));
  }
  leveldb::DB* db = nullptr;
  const leveldb::Status status = leveldb::DB::Open(OptionsFor(env), dir, &db);
  if (!status.ok()) return OpenError(dir, status);
  return std::make_unique<LevelDbStore>(dir, std::unique_ptr<leveldb::DB>(db));
}

}  // namespace serin
