#ifndef SERIN_SERVER_DATASET_DATASET_UPDATE_H_
#define SERIN_SERVER_DATASET_DATASET_UPDATE_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "serin/v1/dataset.pb.h"
#include "serin/v1/dataset_service.pb.h"
#include "server/dataset/dataset_catalog.h"

namespace serin {

// Gives `dataset` those fields of `request.dataset` that the mask names. Errors: InvalidField of
// the request for an empty mask, a path that cannot be changed or a value that is not allowed;
// FAILED_PRECONDITION for the retention of a dataset that is not live. `dataset` is then unchanged.
absl::Status ApplyUpdate(const v1::UpdateDatasetRequest& request, v1::Dataset& dataset);

// Changes the dataset that `request.dataset.name` names and returns it as it is now. Errors also:
// NOT_FOUND.
absl::StatusOr<v1::Dataset> UpdateDataset(DatasetCatalog& catalog, absl::string_view project,
                                          const v1::UpdateDatasetRequest& request);

}  // namespace serin

#endif  // SERIN_SERVER_DATASET_DATASET_UPDATE_H_
