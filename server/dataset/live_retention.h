#ifndef SERIN_SERVER_DATASET_LIVE_RETENTION_H_
#define SERIN_SERVER_DATASET_LIVE_RETENTION_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "core/storage/store.h"
#include "serin/internal/v1/records.pb.h"
#include "serin/v1/dataset.pb.h"

// What a live dataset is rid of as its retention says, within a batch.

namespace serin {

bool KeepsAll(const v1::Retention& retention);

struct DroppedRows {
  int pieces = 0;
  int64_t rows = 0;
  // Their chunks, from the first to before the last.
  int32_t chunks_begin = 0;
  int32_t chunks_end = 0;
};

// Drops pieces from the beginning of the dataset, a hundred at most, from the record too.
absl::StatusOr<DroppedRows> DropOldPieces(const StoreReader& store, const std::string& project,
                                          const v1::Retention& retention, absl::Time now,
                                          internal::v1::DatasetVersionRecord* record,
                                          WriteBatch* batch);

// Requests are remembered as long as rows that they appended. Of those whose rows begin at `from`
// or behind, forgets some and returns where to go on.
absl::StatusOr<int64_t> ForgetRequests(const StoreReader& store, const std::string& project,
                                       const std::string& dataset,
                                       const internal::v1::DatasetVersionRecord& record,
                                       int64_t from, WriteBatch* batch);

}  // namespace serin

#endif  // SERIN_SERVER_DATASET_LIVE_RETENTION_H_
