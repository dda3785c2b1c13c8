#ifndef SERIN_SERVER_DATASET_LIVE_MERGE_H_
#define SERIN_SERVER_DATASET_LIVE_MERGE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "core/storage/store.h"
#include "core/table/segment.h"
#include "google/protobuf/timestamp.pb.h"
#include "serin/internal/v1/records.pb.h"

// Appended rows, in many small pieces, become a larger piece or, where they are enough, a segment.

namespace serin {

// Rows that are about to become one piece.
struct MergedRows {
  bool makes_segment = false;
  std::vector<std::string> keys;  // Of what they are made of.
  int64_t row_count = 0;
  int64_t first_row = 0;
  google::protobuf::Timestamp append_time;
  int64_t bytes = 0;  // On disk, before.
  EncodedSegment encoded;
};

// The rows that merge_plan.h would merge next; nothing where there are none.
absl::StatusOr<std::optional<MergedRows>> ReadMerge(
    const StoreReader& store, const std::string& project,
    const internal::v1::DatasetVersionRecord& version);

// Puts them where what they are made of was, in the record too.
void PutMerge(const std::string& project, MergedRows merged,
              internal::v1::DatasetVersionRecord* version, WriteBatch* batch);

}  // namespace serin

#endif  // SERIN_SERVER_DATASET_LIVE_MERGE_H_
