#include "server/dataset/merge_plan.h"

namespace serin {
namespace {

constexpr size_t kPiecesToMerge = 16;
constexpr int64_t kTierRows[] = {16, 256, 4096};

constexpr auto kMaxBytes = static_cast<int64_t>(kSegmentBytes);

// How many of the first pieces fit in one segment; one at least.
size_t EndOfSegment(const std::vector<AppendedPiece>& pieces, int64_t max_rows) {
  int64_t rows = 0;
  int64_t bytes = 0;
  size_t end = 0;
  for (; end < pieces.size(); ++end) {
    rows += pieces[end].rows;
    bytes += pieces[end].bytes;
    if (end > 0 && (rows > max_rows || bytes > kMaxBytes)) break;
  }
  return end;
}

// The first run of small pieces that is long enough.
std::optional<MergePlan> FindRun(const std::vector<AppendedPiece>& pieces, int64_t tier_rows) {
  for (size_t begin = 0; begin < pieces.size(); ++begin) {
    size_t end = begin;
    while (end < pieces.size() && pieces[end].rows < tier_rows) ++end;
    if (end - begin >= kPiecesToMerge) return MergePlan{begin, end, false};
    begin = end;
  }
  return std::nullopt;
}

}  // namespace

std::optional<MergePlan> PlanMerge(const std::vector<AppendedPiece>& pieces, int64_t max_rows) {
  int64_t rows = 0;
  int64_t bytes = 0;
  for (const AppendedPiece& piece : pieces) {
    rows += piece.rows;
    bytes += piece.bytes;
  }
  if (rows >= max_rows || bytes >= kMaxBytes) {
    return MergePlan{0, EndOfSegment(pieces, max_rows), true};
  }
  for (const int64_t tier_rows : kTierRows) {
    if (const auto run = FindRun(pieces, tier_rows)) return run;
  }
  return std::nullopt;
}

}  // namespace serin
