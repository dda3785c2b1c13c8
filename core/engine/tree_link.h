#ifndef SERIN_CORE_ENGINE_TREE_LINK_H_
#define SERIN_CORE_ENGINE_TREE_LINK_H_

#include "absl/status/status.h"
#include "core/engine/link.h"
#include "serin/internal/v1/bundle.pb.h"

namespace serin {

// What makes outputs of the sums of an ensemble.
inline Link LinkOf(const internal::v1::TreeEnsemble& trees) {
  switch (trees.link()) {
    case internal::v1::TreeEnsemble::LINK_PROBABILITY:
      return Link::kProbability;
    case internal::v1::TreeEnsemble::LINK_LOGISTIC:
      return Link::kLogistic;
    case internal::v1::TreeEnsemble::LINK_EXP:
      return Link::kExp;
    default:
      return Link::kLogit;
  }
}

// INVALID_ARGUMENT for a link of regressions where there are classes.
inline absl::Status CheckTreeLink(const internal::v1::TreeEnsemble& trees, size_t class_count) {
  const Link link = LinkOf(trees);
  if (class_count == 0 || link == Link::kLogit || link == Link::kProbability) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError("trees: the link of a regression in a classification");
}

}  // namespace serin

#endif  // SERIN_CORE_ENGINE_TREE_LINK_H_
