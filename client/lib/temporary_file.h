#ifndef SERIN_CLIENT_LIB_TEMPORARY_FILE_H_
#define SERIN_CLIENT_LIB_TEMPORARY_FILE_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace serin {

// A file beside the one that it is to become, so that nobody ever sees half of it. Removed when
// destroyed before it was kept. Errors name the path. Not thread-safe.
class TemporaryFile {
 public:
  // For a file that is to be at `path`, where another one may be. FAILED_PRECONDITION where there
  // is something else: a device or a directory is not to be replaced by a file.
  static absl::StatusOr<std::unique_ptr<TemporaryFile>> Create(const std::string& path);
  ~TemporaryFile();
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  absl::Status Write(absl::string_view bytes);
  // Synced to disk, and then at its path.
  absl::Status Keep();

 private:
  TemporaryFile(std::string path, std::string temporary_path, int file)
      : path_(std::move(path)), temporary_path_(std::move(temporary_path)), file_(file) {}

  const std::string path_;
  const std::string temporary_path_;
  int file_;
  bool kept_ = false;
};

}  // namespace serin

#endif  // SERIN_CLIENT_LIB_TEMPORARY_FILE_H_
