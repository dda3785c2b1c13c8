#ifndef SERIN_CORE_STORAGE_DISK_ROOM_H_
#define SERIN_CORE_STORAGE_DISK_ROOM_H_

#include <cstddef>
#include <cstdint>

#include "absl/status/status.h"
#include "core/storage/store.h"

namespace serin {

// Refuses what is to be stored next, `bytes` of it, where the disk would have less left than
// `reserve` bytes, which the store itself needs to go on: RESOURCE_EXHAUSTED, with the reason
// DISK_FULL. After a write that fails for want of room nothing can be written at all, not even a
// deletion.
absl::Status CheckDiskHasRoom(const Store& store, size_t bytes, int64_t reserve);

}  // namespace serin

#endif  // SERIN_CORE_STORAGE_DISK_ROOM_H_
