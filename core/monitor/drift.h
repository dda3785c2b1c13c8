#ifndef SERIN_CORE_MONITOR_DRIFT_H_
#define SERIN_CORE_MONITOR_DRIFT_H_

#include "absl/strings/string_view.h"
#include "serin/internal/v1/bundle.pb.h"
#include "serin/internal/v1/cluster_service.pb.h"
#include "serin/v1/model_service.pb.h"

namespace serin {

// How far the values served have moved from those of the training. `served` has a count for each of
// the training's; without rows on either side both measures are 0.
//
//   psi             population stability index: the sum over the bins of (a - t) * ln(a / t), where
//   a
//                   and t are the bin's shares of the rows served and trained on. A bin that is
//                   empty on one side counts there as half a row; one that is on both does not
//                   count.
//   jensen_shannon  distance: the root of the Jensen-Shannon divergence, base 2 (Lin 1991; Endres
//   and
//                   Schindelin 2003), in [0, 1].
v1::ColumnDrift CompareDistributions(absl::string_view column,
                                     const internal::v1::ColumnDistribution& training,
                                     const internal::v1::BinCounts& served);

// Adds the counts of `more`, over the same bins.
void AddCounts(const internal::v1::BinCounts& more, internal::v1::BinCounts* sum);

}  // namespace serin

#endif  // SERIN_CORE_MONITOR_DRIFT_H_
