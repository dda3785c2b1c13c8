#ifndef SERIN_SERVER_PREDICT_MEMORY_BUDGET_H_
#define SERIN_SERVER_PREDICT_MEMORY_BUDGET_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/types/span.h"

// Which model versions share a predictor's memory: pure functions over what is there.

namespace serin {

// How much a version is needed in memory, the least first.
enum class Need {
  kIdle,     // Only calls that name its number reach it.
  kNamed,    // An alias, or copies of calls, reach it too.
  kTraffic,  // It answers calls that name no version, or is about to.
};

// A version that is in memory.
struct Resident {
  size_t bytes = 0;
  Need need = Need::kIdle;
  int64_t last_use = 0;  // In any unit; the greater, the later.
};

// One that is to join them.
struct Newcomer {
  size_t bytes = 0;
  Need need = Need::kIdle;
  bool called = false;  // A call waits for it.
};

// Which of the residents, as indices, have to leave so that the newcomer fits into `budget` bytes;
// none if it does not fit whoever leaves.
//
// A newcomer that nobody waits for takes the place of those that are needed less than it. One that
// a call waits for takes also that of its equals, but never of one that takes traffic. Those needed
// least leave first, and of equals the one that was not used for longest.
std::optional<std::vector<size_t>> MakeRoom(absl::Span<const Resident> residents, size_t budget,
                                            const Newcomer& newcomer);

// What those take that would not leave for the newcomer.
size_t BytesThatStay(absl::Span<const Resident> residents, const Newcomer& newcomer);

}  // namespace serin

#endif  // SERIN_SERVER_PREDICT_MEMORY_BUDGET_H_
