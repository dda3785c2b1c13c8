#ifndef SERIN_CORE_INTERCHANGE_LIGHTGBM_OBJECTIVE_H_
#define SERIN_CORE_INTERCHANGE_LIGHTGBM_OBJECTIVE_H_

#include "absl/status/statusor.h"
#include "core/interchange/lightgbm_text.h"
#include "serin/internal/v1/bundle.pb.h"

namespace serin {

// What an objective of LightGBM makes of the sums of the leaves.
struct LightgbmObjective {
  v1::Task task;
  internal::v1::TreeEnsemble::Link link;
  // Sums of each row; those of a binary classification are log odds once multiplied by `sigmoid`.
  int outputs;
  double sigmoid;
};

// The line `objective` of the head; without one, the sums are values. UNIMPLEMENTED, naming it, for
// an objective that is not known; INVALID_ARGUMENT for one that does not go with num_class.
absl::StatusOr<LightgbmObjective> ReadLightgbmObjective(const LightgbmBlock& head);

}  // namespace serin

#endif  // SERIN_CORE_INTERCHANGE_LIGHTGBM_OBJECTIVE_H_
