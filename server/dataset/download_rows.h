#ifndef SERIN_SERVER_DATASET_DOWNLOAD_ROWS_H_
#define SERIN_SERVER_DATASET_DOWNLOAD_ROWS_H_

#include <memory>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/base/resource_name.h"
#include "core/storage/store.h"
#include "serin/v1/dataset_service.pb.h"
#include "server/dataset/download.h"

namespace serin {

// The rows of a version written as FORMAT_CSV or FORMAT_JSON_LINES, the request's columns or all.
// Written as it is sent: the size of the file is not known before. `store` must outlive the
// download.
absl::StatusOr<std::unique_ptr<Download>> DownloadRows(const Store& store,
                                                       absl::string_view project,
                                                       const VersionedRef& ref,
                                                       const v1::DownloadDatasetRequest& request);

}  // namespace serin

#endif  // SERIN_SERVER_DATASET_DOWNLOAD_ROWS_H_
