#ifndef SERIN_SERVER_CONTROL_MODEL_QUERIES_H_
#define SERIN_SERVER_CONTROL_MODEL_QUERIES_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/base/resource_name.h"
#include "core/storage/store.h"
#include "serin/internal/v1/cluster_service.pb.h"
#include "serin/v1/model.pb.h"
#include "serin/v1/model_service.pb.h"

// What ModelService reads, straight from what the registry has written. Errors: NOT_FOUND for what
// does not exist, INVALID_ARGUMENT for a malformed page, and the store's.

namespace serin {

// Parses the name of one version, by its number or an alias. The error is on the field `name`.
absl::StatusOr<VersionedRef> ParseVersionRef(absl::string_view name);

absl::StatusOr<v1::Model> GetModel(const StoreReader& reader, absl::string_view project,
                                   absl::string_view model);

absl::StatusOr<v1::ModelVersion> GetModelVersion(const StoreReader& reader,
                                                 absl::string_view project, absl::string_view model,
                                                 int32_t version);

// The version that `models/{model}/versions/{version}` or `models/{model}@{alias}` names, as things
// are; INVALID_ARGUMENT on `name` where it names no version.
absl::StatusOr<v1::ModelVersion> FindModelVersion(const StoreReader& reader,
                                                  const internal::v1::ClusterState& state,
                                                  absl::string_view project,
                                                  absl::string_view name);

// In order of their names.
absl::StatusOr<v1::ListModelsResponse> ListModels(const StoreReader& reader,
                                                  absl::string_view project,
                                                  const v1::ListModelsRequest& request);

// Versions of one model, newest first.
absl::StatusOr<v1::ListModelVersionsResponse> ListModelVersions(
    const StoreReader& reader, absl::string_view project, absl::string_view model,
    const v1::ListModelVersionsRequest& request);

}  // namespace serin

#endif  // SERIN_SERVER_CONTROL_MODEL_QUERIES_H_
