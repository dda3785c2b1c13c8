#ifndef SERIN_CORE_TRAFFIC_BALANCE_H_
#define SERIN_CORE_TRAFFIC_BALANCE_H_

#include <cstdint>

#include "absl/types/span.h"

namespace serin {

// What one proxy's event loop knows of a replica at this moment.
struct ReplicaLoad {
  uint32_t outstanding = 0;  // Calls of this loop that it has not yet answered.
  uint32_t weight = 1;       // Its capacity as against the others, from 1.
  bool ready = false;        // It can take a call now: connected, a stream free.
  bool ejected = false;      // outlier.h would rather have it spared.
};

inline constexpr int kNoReplica = -1;

// Which replica takes the next call. `candidates` are indices into `loads`, in any order and each
// once; `random` is fresh for every call. kNoReplica if none of them is ready.
//
// Power of two choices: of two candidates drawn at random, the one with fewer outstanding calls for
// its weight. (Mitzenmacher, "The Power of Two Choices in Randomized Load Balancing", IEEE TPDS
// 2001.) The longest queue is then O(log log n) instead of O(log n) as with one choice; and unlike
// the least loaded of all, two choices do not send every proxy's next calls to the same replica.
// Outstanding calls also tell a slow replica from a fast one without any clock.
//
// Ejected replicas are taken only where there is no other that is ready, and `avoid` (the replica
// that a first attempt went to) only where there is no other at all. Constant time while most
// candidates can be taken; else one pass, which takes the least loaded of those that can.
int PickReplica(absl::Span<const int> candidates, absl::Span<const ReplicaLoad> loads,
                uint64_t random, int avoid = kNoReplica);

}  // namespace serin

#endif  // SERIN_CORE_TRAFFIC_BALANCE_H_
