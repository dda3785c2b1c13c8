#ifndef SERIN_SERVER_DATASET_PROFILE_CALL_H_
#define SERIN_SERVER_DATASET_PROFILE_CALL_H_

#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "core/storage/store.h"
#include "serin/v1/dataset.pb.h"
#include "serin/v1/dataset_service.pb.h"
#include "server/dataset/live_profiles.h"

namespace serin {

// Answers GetProfile. The profile of a version is stored with it; that of a live dataset is
// computed of the rows that there are, as far as `live` does not know it; what concerns a target is
// computed each time. CANCELLED where `cancelled` says so meanwhile.
absl::StatusOr<v1::DatasetProfile> ProfileVersion(const Store& store, LiveProfiles& live,
                                                  const std::string& project,
                                                  const v1::GetProfileRequest& request,
                                                  const std::function<bool()>& cancelled);

}  // namespace serin

#endif  // SERIN_SERVER_DATASET_PROFILE_CALL_H_
