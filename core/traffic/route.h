#ifndef SERIN_CORE_TRAFFIC_ROUTE_H_
#define SERIN_CORE_TRAFFIC_ROUTE_H_

#include <cstddef>
#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/base/resource_name.h"
#include "core/traffic/routing_table.h"
#include "core/traffic/shadow.h"
#include "serin/internal/v1/cluster_service.pb.h"

namespace serin {

inline constexpr size_t kMaxKeyBytes = 256;

// The version of `model` that answers a prediction: the one that `ref` names by number or alias,
// otherwise the one that the model's traffic picks for `key_hash` (split.h).
//
// Errors: NOT_FOUND for a version or alias that does not exist; FAILED_PRECONDITION when the choice
// is the traffic's and no version takes any.
absl::StatusOr<int32_t> ResolveVersion(const internal::v1::ModelState& model,
                                       const VersionedRef& ref, uint64_t key_hash);

// What a prediction says about who is to answer it; whatever it does not say is empty.
struct RouteQuery {
  absl::string_view project;

  // Of the message: `model` as users write it (iris, iris@champion, models/iris/versions/2),
  // `version` a number (only the Open Inference Protocol has it), and the sticky key.
  absl::string_view model;
  absl::string_view version;
  absl::string_view key;

  // Of the metadata.
  absl::string_view serin_model;
  absl::string_view serin_version;
  absl::string_view serin_key;

  // Fresh for every call: picks the version where there is no key, and the shadows.
  uint64_t random = 0;
};

struct RouteDecision {
  const internal::v1::ModelState* model = nullptr;  // Valid as long as the table.
  int32_t version = 0;                              // Exists.
  ShadowVersions shadows;                           // Who gets a copy, never `version`.
};

// Everything that a proxy has to know about a prediction, before it looks for a replica.
//
//   - The model is the message's, or serin-model where the message names none or was not looked
//     into. Where both are there they must be the same text.
//   - The version is the one that the model's name has (@3, @champion), else the message's number,
//     else serin-version, else the traffic's choice: by the key (the message's, else serin-key), or
//     at random where there is none.
//   - Copies go to the model's shadows (shadow.h), but not of calls that name a version by number.
//
// Errors: UNAVAILABLE with RetryInfo before the first state from control; NOT_FOUND for a model,
// version or alias that does not exist; INVALID_ARGUMENT for a name, version or key that cannot be
// one; FAILED_PRECONDITION when no version takes traffic.
absl::StatusOr<RouteDecision> Route(const RoutingTable& table, const RouteQuery& query);

}  // namespace serin

#endif  // SERIN_CORE_TRAFFIC_ROUTE_H_
