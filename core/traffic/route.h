#ifndef SERIN_CORE_TRAFFIC_ROUTE_H_
#define SERIN_CORE_TRAFFIC_ROUTE_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "core/base/resource_name.h"
#include "serin/internal/v1/cluster_service.pb.h"

namespace serin {

// The version of `model` that answers a prediction: the one that `ref` names by number or alias,
// otherwise the one that the model's traffic picks for `key_hash` (split.h).
//
// Errors: NOT_FOUND for a version or alias that does not exist; FAILED_PRECONDITION when the choice
// is the traffic's and no version takes any.
absl::StatusOr<int32_t> ResolveVersion(const internal::v1::ModelState& model,
                                       const VersionedRef& ref, uint64_t key_hash);

}  // namespace serin

#endif  // SERIN_CORE_TRAFFIC_ROUTE_H_
