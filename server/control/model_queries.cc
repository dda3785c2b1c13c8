#include "server/control/model_queries.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/resource_name.h"
#include "core/base/status_macros.h"
#include "core/storage/records.h"
#include "core/traffic/route.h"
#include "serin/internal/v1/records.pb.h"
#include "server/control/cluster_state.h"
#include "server/control/keys.h"
#include "server/control/paging.h"

namespace serin {

absl::StatusOr<VersionedRef> ParseVersionRef(absl::string_view name) {
  SERIN_ASSIGN_OR_RETURN(VersionedRef ref, ParseModelRef("name", name));
  if (ref.names_version()) return ref;
  return InvalidField("name",
                      absl::StrCat("must name a version, such as ", ModelVersionName(ref.id, 1),
                                   ", names only '", ref.id, "'"));
}

absl::StatusOr<v1::Model> GetModel(const StoreReader& reader, absl::string_view project,
                                   absl::string_view model) {
  auto record = GetRecord<internal::v1::ModelRecord>(reader, ModelKey(project, model));
  if (absl::IsNotFound(record.status())) return ResourceNotFound(ModelName(model));
  SERIN_RETURN_IF_ERROR(record.status());
  return std::move(*record->mutable_model());
}

absl::StatusOr<v1::ModelVersion> GetModelVersion(const StoreReader& reader,
                                                 absl::string_view project, absl::string_view model,
                                                 int32_t version) {
  auto record =
      GetRecord<internal::v1::ModelVersionRecord>(reader, ModelVersionKey(project, model, version));
  if (absl::IsNotFound(record.status())) return ResourceNotFound(ModelVersionName(model, version));
  SERIN_RETURN_IF_ERROR(record.status());
  return std::move(*record->mutable_version());
}

absl::StatusOr<v1::ModelVersion> FindModelVersion(const StoreReader& reader,
                                                  const internal::v1::ClusterState& state,
                                                  absl::string_view project,
                                                  absl::string_view name) {
  SERIN_ASSIGN_OR_RETURN(const VersionedRef ref, ParseVersionRef(name));
  const internal::v1::ModelState* model = FindModel(state, project, ref.id);
  if (model == nullptr) return ResourceNotFound(ModelName(ref.id));
  SERIN_ASSIGN_OR_RETURN(const int32_t version, ResolveVersion(*model, ref, /*key_hash=*/0));
  return GetModelVersion(reader, project, ref.id, version);
}

absl::StatusOr<v1::ListModelsResponse> ListModels(const StoreReader& reader,
                                                  absl::string_view project,
                                                  const v1::ListModelsRequest& request) {
  v1::ListModelsResponse response;
  SERIN_ASSIGN_OR_RETURN(*response.mutable_next_page_token(),
                         ScanRecordPage<internal::v1::ModelRecord>(
                             reader, {.prefix = ModelsPrefix(project)}, request.page_size(),
                             request.page_token(), [&](internal::v1::ModelRecord& record) {
                               response.add_models()->Swap(record.mutable_model());
                             }));
  return response;
}

absl::StatusOr<v1::ListModelVersionsResponse> ListModelVersions(
    const StoreReader& reader, absl::string_view project, absl::string_view model,
    const v1::ListModelVersionsRequest& request) {
  SERIN_RETURN_IF_ERROR(GetModel(reader, project, model).status());
  v1::ListModelVersionsResponse response;
  SERIN_ASSIGN_OR_RETURN(
      *response.mutable_next_page_token(),
      ScanRecordPage<internal::v1::ModelVersionRecord>(
          reader, {.prefix = ModelVersionsPrefix(project, model), .backward = true},
          request.page_size(), request.page_token(), [&](internal::v1::ModelVersionRecord& record) {
            response.add_versions()->Swap(record.mutable_version());
          }));
  return response;
}

}  // namespace serin
