#include "server/dataset/target_profile.h"

#include <memory>

#include "core/base/resource_name.h"
#include "core/base/status_macros.h"
#include "core/profile/associations.h"
#include "server/dataset/dataset_queries.h"
#include "server/dataset/stored_table.h"

namespace serin {

absl::StatusOr<v1::DatasetProfile> GetTargetProfile(const Store& store, absl::string_view project,
                                                    const v1::GetProfileRequest& request) {
  SERIN_ASSIGN_OR_RETURN(const VersionedRef ref, ParseDatasetRef("name", request.name()));
  SERIN_ASSIGN_OR_RETURN(const std::shared_ptr<const StoredTable> table,
                         OpenTable(store, project, ref));
  // Of the version that was opened, though a newer one may have come since.
  v1::GetProfileRequest opened;
  opened.set_name(table->version().name());
  SERIN_ASSIGN_OR_RETURN(v1::DatasetProfile profile, GetProfile(store, project, opened));
  SERIN_RETURN_IF_ERROR(AddAssociations(*table, request.target(), &profile));
  return profile;
}

}  // namespace serin
