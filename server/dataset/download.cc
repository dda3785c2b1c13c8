#include "server/dataset/download.h"

#include "core/base/errors.h"
#include "core/base/resource_name.h"
#include "core/base/status_macros.h"
#include "server/dataset/download_rows.h"
#include "server/dataset/download_source.h"

namespace serin {

absl::StatusOr<std::unique_ptr<Download>> OpenDownload(const Store& store,
                                                       absl::string_view project,
                                                       const v1::DownloadDatasetRequest& request) {
  SERIN_ASSIGN_OR_RETURN(const VersionedRef ref, ParseDatasetRef("name", request.name()));
  switch (request.format()) {
    case v1::DownloadDatasetRequest::FORMAT_UNSPECIFIED:
    case v1::DownloadDatasetRequest::FORMAT_AS_UPLOADED:
      if (!request.columns().empty()) {
        return InvalidField("columns", "must be empty for a file as it was uploaded");
      }
      return DownloadSource(store, project, ref);
    case v1::DownloadDatasetRequest::FORMAT_CSV:
    case v1::DownloadDatasetRequest::FORMAT_JSON_LINES:
      return DownloadRows(store, project, ref, request);
    default:
      return InvalidField("format", "is not known");
  }
}

}  // namespace serin
