#include "server/dataset/live_records.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/resource_name.h"
#include "core/base/status_macros.h"
#include "core/storage/records.h"
#include "server/dataset/dataset_keys.h"
#include "server/dataset/dataset_queries.h"

namespace serin {

using internal::v1::DatasetRecord;
using internal::v1::DatasetVersionRecord;

absl::StatusOr<std::optional<LiveRecords>> FindLive(const StoreReader& store,
                                                    const std::string& project,
                                                    const std::string& dataset) {
  auto record = GetRecord<DatasetRecord>(store, DatasetKey(project, dataset));
  if (absl::IsNotFound(record.status())) return std::nullopt;
  SERIN_RETURN_IF_ERROR(record.status());
  if (!record->dataset().live()) {
    return WithReason(
        absl::FailedPreconditionError(absl::StrCat(DatasetName(dataset),
                                                   " is not live: it has uploaded versions, "
                                                   "to which no rows can be appended")),
        "DATASET_IS_NOT_LIVE");
  }
  SERIN_ASSIGN_OR_RETURN(DatasetVersionRecord version,
                         FindVersion(store, project, {.id = dataset, .version = kLiveVersion}));
  return LiveRecords{*std::move(record), std::move(version)};
}

}  // namespace serin
