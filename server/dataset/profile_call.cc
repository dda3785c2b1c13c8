#include "server/dataset/profile_call.h"

#include "core/base/resource_name.h"
#include "core/base/status_macros.h"
#include "core/profile/associations.h"
#include "server/dataset/stored_table.h"

namespace serin {

absl::StatusOr<v1::DatasetProfile> ProfileVersion(const Store& store, LiveProfiles& live,
                                                  const std::string& project,
                                                  const v1::GetProfileRequest& request,
                                                  const std::function<bool()>& cancelled) {
  SERIN_ASSIGN_OR_RETURN(const VersionedRef ref, ParseDatasetRef("name", request.name()));
  SERIN_ASSIGN_OR_RETURN(const auto table, OpenTable(store, project, ref));
  SERIN_ASSIGN_OR_RETURN(v1::DatasetProfile profile, table->version().live()
                                                         ? live.ProfileOf(*table, cancelled)
                                                         : table->StoredProfile());
  if (request.target().empty()) return profile;
  SERIN_RETURN_IF_ERROR(AddAssociations(*table, request.target(), &profile));
  return profile;
}

}  // namespace serin
