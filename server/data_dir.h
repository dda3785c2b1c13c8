#ifndef SERIN_SERVER_DATA_DIR_H_
#define SERIN_SERVER_DATA_DIR_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace serin {

// The directory of all that a process stores, held by one process at a time: from Open to the
// destructor, or to the end of the process, however it ends.
class DataDir {
 public:
  // Makes the directory, for its owner only (mode 0700), where it does not exist, and takes it.
  // FAILED_PRECONDITION if another process has it; UNAVAILABLE if it cannot be made or written.
  static absl::StatusOr<std::unique_ptr<DataDir>> Open(const std::string& path);
  ~DataDir();

  DataDir(const DataDir&) = delete;
  DataDir& operator=(const DataDir&) = delete;

  // The path of a file or directory in it; absolute.
  std::string PathOf(const std::string& name) const;

 private:
  DataDir(std::string path, int lock) : path_(std::move(path)), lock_(lock) {}

  const std::string path_;
  const int lock_;  // A file descriptor that holds the lock.
};

}  // namespace serin

#endif  // SERIN_SERVER_DATA_DIR_H_
