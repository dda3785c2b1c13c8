#ifndef SERIN_SERVER_DATASET_TARGET_PROFILE_H_
#define SERIN_SERVER_DATASET_TARGET_PROFILE_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/storage/store.h"
#include "serin/v1/dataset.pb.h"
#include "serin/v1/dataset_service.pb.h"

namespace serin {

// GetProfile with a target: the stored profile, completed by a look at the rows. May take long, as
// it reads every column once.
absl::StatusOr<v1::DatasetProfile> GetTargetProfile(const Store& store, absl::string_view project,
                                                    const v1::GetProfileRequest& request);

}  // namespace serin

#endif  // SERIN_SERVER_DATASET_TARGET_PROFILE_H_
