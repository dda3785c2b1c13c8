#ifndef SERIN_SERVER_DATASET_MERGE_PLAN_H_
#define SERIN_SERVER_DATASET_MERGE_PLAN_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/table/segment.h"

namespace serin {

// Neighbouring rows of a live dataset that are no segment yet, as they were appended or merged.
struct AppendedPiece {
  int64_t rows;
  int64_t bytes;  // On disk.
};

// Pieces [begin, end) become one: a segment, or a larger piece.
struct MergePlan {
  size_t begin;
  size_t end;
  bool makes_segment;
};

// What to merge of the pieces, in order of their rows; nothing where it is well as it is.
//  - Where they have the rows (`max_rows`) or bytes of a segment together, the first of them, as
//    many as fit in one, become a segment.
//  - Else 16 neighbours or more of less than 16, 256 or 4096 rows each become one piece.
std::optional<MergePlan> PlanMerge(const std::vector<AppendedPiece>& pieces,
                                   int64_t max_rows = kMaxSegmentRows);

}  // namespace serin

#endif  // SERIN_SERVER_DATASET_MERGE_PLAN_H_
