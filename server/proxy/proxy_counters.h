#ifndef SERIN_SERVER_PROXY_PROXY_COUNTERS_H_
#define SERIN_SERVER_PROXY_PROXY_COUNTERS_H_

#include <array>
#include <cstdint>

#include "absl/status/status.h"
#include "server/proxy/route_table.h"

namespace serin {

// What the calls of one loop count as they go: plain numbers, since counters that threads share
// cost more than the rest of what a call counts. proxy_metrics.h makes metrics of them.
struct ProxyCounters {
  static constexpr size_t kCodes = 17;  // OK to UNAUTHENTICATED.

  struct Role {
    std::array<uint64_t, kCodes> calls{};  // Attempts that have ended, by code.
    uint64_t retries = 0;
    uint64_t sent_bytes = 0;      // Of requests' bodies.
    uint64_t received_bytes = 0;  // Of responses' bodies.
  };
  std::array<Role, kUpstreamRoleCount> roles;

  uint64_t shadows_sent = 0;
  uint64_t shadows_left_out = 0;

  Role& of(UpstreamRole role) { return roles[static_cast<size_t>(role)]; }
};

}  // namespace serin

#endif  // SERIN_SERVER_PROXY_PROXY_COUNTERS_H_
