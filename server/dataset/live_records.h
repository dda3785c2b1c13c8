#ifndef SERIN_SERVER_DATASET_LIVE_RECORDS_H_
#define SERIN_SERVER_DATASET_LIVE_RECORDS_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "core/storage/store.h"
#include "serin/internal/v1/records.pb.h"

namespace serin {

// The one version of a live dataset.
inline constexpr int32_t kLiveVersion = 1;

// A live dataset as it is on disk.
struct LiveRecords {
  internal::v1::DatasetRecord dataset;
  internal::v1::DatasetVersionRecord version;
};

// Nothing where there is no such dataset; FAILED_PRECONDITION where it is not live.
absl::StatusOr<std::optional<LiveRecords>> FindLive(const StoreReader& store,
                                                    const std::string& project,
                                                    const std::string& dataset);

}  // namespace serin

#endif  // SERIN_SERVER_DATASET_LIVE_RECORDS_H_
