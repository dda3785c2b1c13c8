#ifndef SERIN_CORE_PROFILE_WARNINGS_H_
#define SERIN_CORE_PROFILE_WARNINGS_H_

#include <cstdint>

#include "absl/types/span.h"
#include "serin/v1/dataset.pb.h"

// What a data scientist would point out about a table, from its profile. Thresholds:
//
//   LEAKS_TARGET      the association is 0.99 or more
//   IMBALANCED_TARGET the most frequent class has 20 times the rows of the rarest, or more
//   DUPLICATE_ROWS    1 % of the rows, or more, equal an earlier one
//   CONSTANT          one value, or none, in two rows or more
//   MOSTLY_MISSING    90 % of the rows, or more, have no value, but some have
//   DUPLICATE_COLUMN  the fingerprint is that of an earlier column; neither is constant
//   IDENTIFIER        at least 20 values, 95 % of them or more different, of an integer, category
//                     or text column; of text only where a value has 64 bytes or less on average
//   MANY_CATEGORIES   a category with more than 100 values that is no identifier
//
// In this order, from the gravest on; among equals in the order of the columns.

namespace serin {

// Of the most frequent and the rarest class of a target, how many of the rows looked at have it.
struct ClassBalance {
  int64_t most_frequent = 0;
  int64_t rarest = 0;
};

// Appends the warnings that need no target. `fingerprints` has one per column, as ColumnProfiler
// makes them.
void AddWarnings(absl::Span<const uint64_t> fingerprints, v1::DatasetProfile& profile);

// Puts the warnings about the target and its associations, which the profile has, where they
// belong. `balance` is of no rows where the target has no classes.
void AddTargetWarnings(const ClassBalance& balance, v1::DatasetProfile& profile);

}  // namespace serin

#endif  // SERIN_CORE_PROFILE_WARNINGS_H_
