#ifndef SERIN_TESTS_INTEGRATION_SMALL_DISK_H_
#define SERIN_TESTS_INTEGRATION_SMALL_DISK_H_

#include <sys/mount.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "absl/strings/str_cat.h"
#include "tests/testing/server_process.h"

namespace serin {

// A file system of this size ("48m"), mounted as long as the object is there. Needs root: see
// mounted().
class SmallDisk {
 public:
  explicit SmallDisk(const std::string& size)
      : mounted_(mount("tmpfs", directory_.path().c_str(), "tmpfs", 0,
                       absl::StrCat("size=", size).c_str()) == 0),
        error_(mounted_ ? "" : std::strerror(errno)) {}
  ~SmallDisk() {
    if (mounted_) umount2(directory_.path().c_str(), MNT_DETACH);
  }

  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  bool Grow(const std::string& size) const {
    return mount("tmpfs", directory_.path().c_str(), "tmpfs", MS_REMOUNT,
                 absl::StrCat("size=", size).c_str()) == 0;
  }

  bool mounted() const { return mounted_; }
  const std::string& error() const { return error_; }
  std::string path() const { return directory_.path(); }

 private:
  const TempDir directory_;
  const bool mounted_;
  const std::string error_;
};

}  // namespace serin

#endif  // SERIN_TESTS_INTEGRATION_SMALL_DISK_H_
