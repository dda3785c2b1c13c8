#ifndef SERIN_CORE_STORAGE_LEVELDB_STORE_H_
#define SERIN_CORE_STORAGE_LEVELDB_STORE_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "core/storage/store.h"

namespace leveldb {
class Env;
}

namespace serin {

// Opens the store in directory `dir`, which is made, with its parents, where it does not exist.
// Every batch is synced, every read verifies checksums.
//
// Errors: FAILED_PRECONDITION where another process (or this one) has the directory open;
// DATA_LOSS where what is there is damaged; UNAVAILABLE where it cannot be read or written.
absl::StatusOr<std::unique_ptr<Store>> OpenLevelDbStore(const std::string& dir);

// The same on an environment other than the operating system's, which must outlive the store.
// For tests that take away what was not synced.
absl::StatusOr<std::unique_ptr<Store>> OpenLevelDbStore(const std::string& dir, leveldb::Env* env);

}  // namespace serin

#endif  // SERIN_CORE_STORAGE_LEVELDB_STORE_H_
