#include "server/control/promotion.h"

namespace serin {

int32_t ServingVersion(const internal::v1::ModelState& model) {
  int32_t serving = 0;
  int32_t most = 0;
  for (const v1::TrafficWeight& share : model.traffic()) {
    const bool leads =
        share.weight() > most || (share.weight() == most && share.version() > serving);
    if (share.weight() == 0 || !leads) continue;
    serving = share.version();
    most = share.weight();
  }
  return serving;
}

bool IsCandidate(const v1::Promotion& promotion, bool first_version, const v1::ModelVersion& made) {
  switch (promotion.rule()) {
    case v1::Promotion::RULE_CANDIDATE:
      return true;
    case v1::Promotion::RULE_CANDIDATE_IF_BETTER:
      return first_version || made.comparison().better();
    default:
      return false;
  }
}

}  // namespace serin
