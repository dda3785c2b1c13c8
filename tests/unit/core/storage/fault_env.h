#ifndef SERIN_TESTS_UNIT_CORE_STORAGE_FAULT_ENV_H_
#define SERIN_TESTS_UNIT_CORE_STORAGE_FAULT_ENV_H_

#include <leveldb/env.h>

#include <cstdint>
#include <map>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

namespace serin {

// The operating system's files for LevelDB, with a memory of what was synced, as in LevelDB's own
// db/fault_injection_test.cc: LoseUnsynced() does to the files what a power cut may do. Can also
// make writing fail as a full disk does. Thread-safe.
class FaultEnv final : public leveldb::EnvWrapper {
 public:
  FaultEnv() : EnvWrapper(leveldb::Env::Default()) {}

  leveldb::Status NewWritableFile(const std::string& name, leveldb::WritableFile** file) override;
  leveldb::Status NewAppendableFile(const std::string& name, leveldb::WritableFile** file) override;
  leveldb::Status RenameFile(const std::string& from, const std::string& to) override;

  // From now on writing to any file fails, or works again.
  void FailWrites(bool fail) ABSL_LOCKS_EXCLUDED(mutex_);

  // Cuts every file written since the beginning to what was synced of it. Close the store first.
  void LoseUnsynced() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  class File;
  struct Sizes {
    uint64_t written = 0;
    uint64_t synced = 0;
  };

  leveldb::Status OnAppend(const std::string& name, size_t size) ABSL_LOCKS_EXCLUDED(mutex_);
  void OnSync(const std::string& name) ABSL_LOCKS_EXCLUDED(mutex_);

  absl::Mutex mutex_;
  bool fail_writes_ ABSL_GUARDED_BY(mutex_) = false;
  std::map<std::string, Sizes> files_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace serin

#endif  // SERIN_TESTS_UNIT_CORE_STORAGE_FAULT_ENV_H_
