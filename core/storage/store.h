#ifndef SERIN_CORE_STORAGE_STORE_H_
#define SERIN_CORE_STORAGE_STORE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace serin {

// Changes that take effect together or not at all. Later changes to a key win over earlier ones.
// Not thread-safe.
class WriteBatch {
 public:
  struct Put {
    std::string key;
    std::string value;
  };
  struct Delete {
    std::string key;
  };
  using Operation = std::variant<Put, Delete>;

  void PutValue(std::string key, std::string value) {
    operations_.push_back(Put{std::move(key), std::move(value)});
  }
  // Deleting a key that does not exist is no error.
  void DeleteKey(std::string key) { operations_.push_back(Delete{std::move(key)}); }

  const std::vector<Operation>& operations() const { return operations_; }
  bool empty() const { return operations_.empty(); }

 private:
  std::vector<Operation> operations_;
};

// Visits a key and its value; false ends the scan. Both are valid during the call only.
using ScanVisitor = absl::FunctionRef<bool(absl::string_view key, absl::string_view value)>;

// What can be read from a store, or from one instant of it. Thread-safe.
class StoreReader {
 public:
  virtual ~StoreReader() = default;

  // NOT_FOUND without the key's text where there is no such key (callers know the resource it
  // stands for), DATA_LOSS where the value cannot be read back as it was written.
  virtual absl::StatusOr<std::string> Get(absl::string_view key) const = 0;

  // As Get, for a value that carries a checksum of its own: that one is the caller's to check, and
  // saves the store checking another.
  virtual absl::StatusOr<std::string> GetChecksummed(absl::string_view key) const {
    return Get(key);
  }

  // Visits all keys that begin with `prefix` in the order of their bytes, beginning with the first
  // that is not less than `start` (empty: with the first). All of them are as they were at one
  // instant.
  virtual absl::Status Scan(absl::string_view prefix, absl::string_view start,
                            ScanVisitor visitor) const = 0;

  // The same from the last key to the first, beginning with the last that is less than `end`
  // (empty: with the last).
  virtual absl::Status ScanBackward(absl::string_view prefix, absl::string_view end,
                                    ScanVisitor visitor) const = 0;
};

// An ordered map from byte strings to byte strings, on disk. Thread-safe.
//
// Every implementation passes tests/conformance/store_conformance.h.
class Store : public StoreReader {
 public:
  // When it returns OK, the batch is on disk and survives a crash of the process or the machine.
  // After an error none of the batch is visible; whether it is on disk is unknown, as after a
  // crash, and the store refuses all further writes with the same error: only a restart, which
  // reads what is on disk, can tell. UNAVAILABLE: the disk is full or failing.
  virtual absl::Status Write(const WriteBatch& batch) = 0;

  // Gives back to the disk what deleted and overwritten values of the keys from `first` to `last`,
  // both included, take there; without, the store does so when it comes to it. Slow: it may rewrite
  // all that is left of them; reads and writes go on meanwhile. What a snapshot still holds stays.
  virtual void Compact(absl::string_view first, absl::string_view last) = 0;

  // Bytes that the disk has left; the greatest number where that is not known. Who is to write much
  // looks here first: a write that fails ends all writing.
  virtual int64_t FreeBytes() const = 0;

  // What the store holds now, unchanged by later writes. Must not outlive the store.
  virtual std::unique_ptr<StoreReader> NewSnapshot() const = 0;

  // How many snapshots were taken so far, and how many of the first of them are held no more. So
  // what was deleted when n had been taken is seen by nobody once n are released.
  virtual uint64_t SnapshotsTaken() const = 0;
  virtual uint64_t SnapshotsReleased() const = 0;
};

}  // namespace serin

#endif  // SERIN_CORE_STORAGE_STORE_H_
