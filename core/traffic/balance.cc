#include "core/traffic/balance.h"

#include <algorithm>

#include "core/base/random_bits.h"

namespace serin {
namespace {

// How often each of the two is drawn before the candidates are looked at one by one.
constexpr int kDraws = 4;

class Picker {
 public:
  Picker(absl::Span<const int> candidates, absl::Span<const ReplicaLoad> loads, uint64_t random,
         int avoid)
      : candidates_(candidates), loads_(loads), bits_(random), avoid_(avoid) {}

  int Pick() {
    if (candidates_.empty()) return kNoReplica;
    const int first = Draw(kNoReplica);
    if (first == kNoReplica) return LeastLoaded();
    if (candidates_.size() == 1) return first;
    const int second = Draw(first);
    return second != kNoReplica && IsLighter(second, first) ? second : first;
  }

 private:
  bool IsPreferred(int replica) const {
    return loads_[replica].ready && !loads_[replica].ejected && replica != avoid_;
  }

  // A preferred replica other than `other`; kNoReplica if a few draws found none.
  int Draw(int other) {
    for (int i = 0; i < kDraws; ++i) {
      const int replica = candidates_[bits_.Below(static_cast<uint32_t>(candidates_.size()))];
      if (replica != other && IsPreferred(replica)) return replica;
    }
    return kNoReplica;
  }

  // By the load with this call: (outstanding + 1) / weight.
  bool IsLighter(int a, int b) const {
    const auto scaled = [&](int load_of, int weight_of) {
      return (uint64_t{loads_[load_of].outstanding} + 1) * loads_[weight_of].weight;
    };
    return scaled(a, b) < scaled(b, a);
  }

  // 0 is best. Nothing is worse than a replica that cannot take the call.
  int Reluctance(int replica) const {
    if (!loads_[replica].ready) return 4;
    return (replica == avoid_ ? 2 : 0) + (loads_[replica].ejected ? 1 : 0);
  }

  bool IsBetter(int a, int b) const {
    if (Reluctance(a) != Reluctance(b)) return Reluctance(a) < Reluctance(b);
    return IsLighter(a, b);
  }

  // Of equals each as often as the others.
  int LeastLoaded() {
    int best = candidates_[0];
    uint32_t equals = 1;
    for (const int replica : candidates_.subspan(1)) {
      if (IsBetter(best, replica)) continue;
      equals = IsBetter(replica, best) ? 1 : equals + 1;
      if (bits_.Below(equals) == 0) best = replica;
    }
    return loads_[best].ready ? best : kNoReplica;
  }

  const absl::Span<const int> candidates_;
  const absl::Span<const ReplicaLoad> loads_;
  RandomBits bits_;
  const int avoid_;
};

}  // namespace

int PickReplica(absl::Span<const int> candidates, absl::Span<const ReplicaLoad> loads,
                uint64_t random, int avoid) {
  return Picker(candidates, loads, random, avoid).Pick();
}

}  // namespace serin
