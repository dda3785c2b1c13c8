#ifndef SERIN_SERVER_CONTROL_PROMOTION_H_
#define SERIN_SERVER_CONTROL_PROMOTION_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "serin/internal/v1/cluster_service.pb.h"
#include "serin/v1/model.pb.h"
#include "serin/v1/schedule.pb.h"

// What becomes of a version that a schedule made. Functions over values.

namespace serin {

// The alias that Promotion's rules are about.
inline constexpr absl::string_view kCandidateAlias = "candidate";

// The version with the most traffic, the newest among equals: what a new one is compared with. 0
// for a model without versions.
int32_t ServingVersion(const internal::v1::ModelState& model);

// Whether the alias is to point at the new version. With RULE_CANDIDATE_IF_BETTER its comparison
// decides; a version that was compared with none, because the model had none, is a candidate.
bool IsCandidate(const v1::Promotion& promotion, bool first_version, const v1::ModelVersion& made);

}  // namespace serin

#endif  // SERIN_SERVER_CONTROL_PROMOTION_H_
