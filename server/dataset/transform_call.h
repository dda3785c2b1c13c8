#ifndef SERIN_SERVER_DATASET_TRANSFORM_CALL_H_
#define SERIN_SERVER_DATASET_TRANSFORM_CALL_H_

#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "core/transform/transform.h"
#include "serin/v1/dataset.pb.h"
#include "serin/v1/dataset_service.pb.h"
#include "server/dataset/dataset_catalog.h"

namespace serin {

// Answers a TransformDataset. All versions that it reads are as they were when the call came to
// them; the new one says which they were. Errors are those of TransformDataset; after one, or where
// `cancelled` says that nobody waits any more, nothing is left.
absl::StatusOr<v1::DatasetVersion> TransformDataset(DatasetCatalog* catalog,
                                                    const std::string& project,
                                                    const v1::TransformDatasetRequest& request,
                                                    const TransformLimits& limits,
                                                    const std::function<bool()>& cancelled);

}  // namespace serin

#endif  // SERIN_SERVER_DATASET_TRANSFORM_CALL_H_
