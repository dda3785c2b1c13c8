#include "server/predict/memory_budget.h"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace serin {
namespace {

bool Leaves(const Resident& resident, const Newcomer& newcomer) {
  if (resident.need == Need::kTraffic) return false;
  return newcomer.called ? resident.need <= newcomer.need : resident.need < newcomer.need;
}

}  // namespace

size_t BytesThatStay(absl::Span<const Resident> residents, const Newcomer& newcomer) {
  size_t bytes = 0;
  for (const Resident& resident : residents) {
    if (!Leaves(resident, newcomer)) bytes += resident.bytes;
  }
  return bytes;
}

std::optional<std::vector<size_t>> MakeRoom(absl::Span<const Resident> residents, size_t budget,
                                            const Newcomer& newcomer) {
  const size_t staying = BytesThatStay(residents, newcomer);
  if (newcomer.bytes > budget || staying > budget - newcomer.bytes) return std::nullopt;
  std::vector<size_t> order(residents.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    return std::tie(residents[a].need, residents[a].last_use) <
           std::tie(residents[b].need, residents[b].last_use);
  });
  size_t bytes = newcomer.bytes;
  for (const Resident& resident : residents) bytes += resident.bytes;
  std::vector<size_t> leaving;
  for (const size_t i : order) {
    if (bytes <= budget) break;
    if (!Leaves(residents[i], newcomer)) continue;
    bytes -= residents[i].bytes;
    leaving.push_back(i);
  }
  return leaving;
}

}  // namespace serin
