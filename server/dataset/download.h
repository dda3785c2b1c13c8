#ifndef SERIN_SERVER_DATASET_DOWNLOAD_H_
#define SERIN_SERVER_DATASET_DOWNLOAD_H_

#include <memory>
#include <optional>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/storage/store.h"
#include "serin/v1/dataset_service.pb.h"

namespace serin {

// A dataset version as a file, message by message, from a snapshot. Not thread-safe.
class Download {
 public:
  virtual ~Download() = default;

  // The next bytes, the first with what the file is; nothing after the last.
  virtual absl::StatusOr<std::optional<v1::DownloadDatasetResponse>> Next() = 0;
};

// Errors are those of DownloadDataset. `store` must outlive the download.
absl::StatusOr<std::unique_ptr<Download>> OpenDownload(const Store& store,
                                                       absl::string_view project,
                                                       const v1::DownloadDatasetRequest& request);

}  // namespace serin

#endif  // SERIN_SERVER_DATASET_DOWNLOAD_H_
