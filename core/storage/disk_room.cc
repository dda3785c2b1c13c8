#include "core/storage/disk_room.h"

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"

namespace serin {

absl::Status CheckDiskHasRoom(const Store& store, size_t bytes, int64_t reserve) {
  const int64_t left = store.FreeBytes();
  if (left - static_cast<int64_t>(bytes) >= reserve) return absl::OkStatus();
  return WithReason(
      absl::ResourceExhaustedError(absl::StrCat(
          "the server's disk is full: ", left >> 20, " MiB are left, of which ", reserve >> 20,
          " MiB are kept free; delete datasets or versions, or give the server a larger disk")),
      "DISK_FULL");
}

}  // namespace serin
