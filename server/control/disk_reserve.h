#ifndef SERIN_SERVER_CONTROL_DISK_RESERVE_H_
#define SERIN_SERVER_CONTROL_DISK_RESERVE_H_

#include <cstdint>

namespace serin {

// What control keeps free on its disk, in bytes: nothing new is accepted, and no bundle stored,
// that would leave less, so that what becomes of jobs can be written to the end. Half of what the
// dataset role keeps: where they share a disk, uploads are refused first.
inline constexpr int64_t kControlDiskReserve = int64_t{64} << 20;

}  // namespace serin

#endif  // SERIN_SERVER_CONTROL_DISK_RESERVE_H_
