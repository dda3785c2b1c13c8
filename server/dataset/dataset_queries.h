#ifndef SERIN_SERVER_DATASET_DATASET_QUERIES_H_
#define SERIN_SERVER_DATASET_DATASET_QUERIES_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/base/resource_name.h"
#include "core/storage/store.h"
#include "serin/internal/v1/records.pb.h"
#include "serin/v1/dataset.pb.h"
#include "serin/v1/dataset_service.pb.h"

// The questions of DatasetService that need no more than a look into the store. Errors are those
// that dataset_service.proto names.

namespace serin {

absl::StatusOr<v1::Dataset> GetDataset(const StoreReader& store, absl::string_view project,
                                       const v1::GetDatasetRequest& request);

absl::StatusOr<v1::ListDatasetsResponse> ListDatasets(const StoreReader& store,
                                                      absl::string_view project,
                                                      const v1::ListDatasetsRequest& request);

absl::StatusOr<v1::DatasetVersion> GetDatasetVersion(const StoreReader& store,
                                                     absl::string_view project,
                                                     const v1::GetDatasetVersionRequest& request);

absl::StatusOr<v1::ListDatasetVersionsResponse> ListDatasetVersions(
    const StoreReader& store, absl::string_view project,
    const v1::ListDatasetVersionsRequest& request);

// FAILED_PRECONDITION where rows are appended to the dataset, so that versions cannot be added.
absl::Status CheckTakesVersions(const v1::Dataset& dataset);

// The version that `ref` names, or the newest; NOT_FOUND.
absl::StatusOr<internal::v1::DatasetVersionRecord> FindVersion(const StoreReader& store,
                                                               absl::string_view project,
                                                               const VersionedRef& ref);

// The newest version of a dataset that is older than `version`; DATA_LOSS where there is none.
absl::StatusOr<int32_t> LatestVersionBefore(const StoreReader& store, absl::string_view project,
                                            absl::string_view dataset, int32_t version);

}  // namespace serin

#endif  // SERIN_SERVER_DATASET_DATASET_QUERIES_H_
