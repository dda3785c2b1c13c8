#ifndef SERIN_SERVER_RPC_MACHINE_MEMORY_H_
#define SERIN_SERVER_RPC_MACHINE_MEMORY_H_

#include <cstdint>

namespace serin {

// All memory that there is for this process, in bytes: that of the machine, or of the container
// (cgroup v2).
int64_t MachineMemoryBytes();

}  // namespace serin

#endif  // SERIN_SERVER_RPC_MACHINE_MEMORY_H_
