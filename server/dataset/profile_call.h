#ifndef SERIN_SERVER_DATASET_PROFILE_CALL_H_
#define SERIN_SERVER_DATASET_PROFILE_CALL_H_

#include <string>

#include "absl/status/statusor.h"
#include "core/storage/store.h"
#include "serin/v1/dataset.pb.h"
#include "serin/v1/dataset_service.pb.h"

namespace serin {

// Answers GetProfile. The profile of a version is stored with it; that of a live dataset is
// computed of the rows that there are, in one pass over them, and so is what concerns a target.
absl::StatusOr<v1::DatasetProfile> ProfileVersion(const Store& store, const std::string& project,
                                                  const v1::GetProfileRequest& request);

}  // namespace serin

#endif  // SERIN_SERVER_DATASET_PROFILE_CALL_H_
