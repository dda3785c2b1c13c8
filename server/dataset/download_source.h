#ifndef SERIN_SERVER_DATASET_DOWNLOAD_SOURCE_H_
#define SERIN_SERVER_DATASET_DOWNLOAD_SOURCE_H_

#include <memory>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/base/resource_name.h"
#include "core/storage/store.h"
#include "server/dataset/download.h"

namespace serin {

// The file that a version was uploaded as, byte for byte. NOT_FOUND; FAILED_PRECONDITION for a
// version that no upload made. `store` must outlive the download.
absl::StatusOr<std::unique_ptr<Download>> DownloadSource(const Store& store,
                                                         absl::string_view project,
                                                         const VersionedRef& ref);

}  // namespace serin

#endif  // SERIN_SERVER_DATASET_DOWNLOAD_SOURCE_H_
