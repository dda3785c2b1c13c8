#include "server/rpc/machine_memory.h"

#include <unistd.h>

#include <algorithm>
#include <fstream>

namespace serin {

int64_t MachineMemoryBytes() {
  const int64_t machine = int64_t{sysconf(_SC_PHYS_PAGES)} * sysconf(_SC_PAGESIZE);
  int64_t container = 0;
  // Without a limit the file says "max".
  if (std::ifstream("/sys/fs/cgroup/memory.max") >> container) return std::min(machine, container);
  return machine;
}

}  // namespace serin
