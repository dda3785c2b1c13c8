#ifndef SERIN_SERVER_CONTROL_CLUSTER_STATE_H_
#define SERIN_SERVER_CONTROL_CLUSTER_STATE_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/storage/store.h"
#include "serin/internal/v1/cluster_service.pb.h"

// What members are told, and the index of the registry: every model and version without what only
// its own record says.

namespace serin {

// Everything that the store holds, with the revision it was last given (1 for an empty store).
absl::StatusOr<internal::v1::ClusterState> LoadClusterState(const StoreReader& reader);

// A model, or nullptr. The mutable form is for a state that is being built.
const internal::v1::ModelState* FindModel(const internal::v1::ClusterState& state,
                                          absl::string_view project, absl::string_view model);
internal::v1::ModelState* FindModel(internal::v1::ClusterState& state, absl::string_view project,
                                    absl::string_view model);

// Adds a model that is not there, at its place in the order.
internal::v1::ModelState* InsertModel(internal::v1::ClusterState& state, absl::string_view project,
                                      absl::string_view model);
void EraseModel(internal::v1::ClusterState& state, absl::string_view project,
                absl::string_view model);

// A version of the model, or nullptr.
const internal::v1::VersionState* FindVersion(const internal::v1::ModelState& model,
                                              int32_t version);
void EraseVersion(internal::v1::ModelState& model, int32_t version);

// Whether any version in the project has this bundle.
bool UsesBundle(const internal::v1::ClusterState& state, absl::string_view project,
                absl::string_view sha256);

}  // namespace serin

#endif  // SERIN_SERVER_CONTROL_CLUSTER_STATE_H_
