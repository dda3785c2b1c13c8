#ifndef SERIN_SERVER_CONTROL_DRIFT_H_
#define SERIN_SERVER_CONTROL_DRIFT_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/storage/store.h"
#include "serin/internal/v1/bundle.pb.h"
#include "serin/internal/v1/cluster_service.pb.h"
#include "serin/v1/model.pb.h"
#include "serin/v1/model_service.pb.h"

namespace serin {

// The profile of the version's training, from its bundle, which takes a while to read where that is
// large. FAILED_PRECONDITION for a bundle without one.
absl::StatusOr<internal::v1::TrainingProfile> ReadTrainingProfile(const StoreReader& store,
                                                                  absl::string_view project,
                                                                  const v1::ModelVersion& version);

// How far what the predictors report together has moved from the training. Reports that are not
// over the profile's columns are left out.
v1::Drift DriftOf(const v1::ModelVersion& version, const internal::v1::TrainingProfile& profile,
                  const std::vector<internal::v1::VersionDistribution>& reports);

}  // namespace serin

#endif  // SERIN_SERVER_CONTROL_DRIFT_H_
