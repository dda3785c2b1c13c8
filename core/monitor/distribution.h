#ifndef SERIN_CORE_MONITOR_DISTRIBUTION_H_
#define SERIN_CORE_MONITOR_DISTRIBUTION_H_

#include "core/table/table.h"
#include "serin/internal/v1/bundle.pb.h"

namespace serin {

// How the values of a column are distributed over bins made for them:
//   numbers, integers and timestamps: their deciles are the bounds, each once, so that a column of
//     few different values has a bin for each; what is above the last one has a bin of its own;
//   booleans: false and true;
//   strings: a bin for each of the 31 most frequent (of equally frequent ones the first in order of
//     bytes), and one for the rest.
// A column without values has one bin, which is empty.
internal::v1::ColumnDistribution DistributionOf(const ColumnData& column);

}  // namespace serin

#endif  // SERIN_CORE_MONITOR_DISTRIBUTION_H_
