#ifndef SERIN_CORE_LEARN_SPLIT_KEYS_H_
#define SERIN_CORE_LEARN_SPLIT_KEYS_H_

#include <cstddef>
#include <vector>

#include "core/table/table.h"
#include "serin/v1/job.pb.h"

namespace serin {

// What the rows are grouped or ordered by, one per entry of `rows`: a number that equal values
// share and missing ones do not (SPLIT_GROUPED), or the time (SPLIT_TIME; none is missing).
std::vector<double> SplitKeysOf(const ColumnData& column, const std::vector<size_t>& rows,
                                v1::EvaluationPlan::Split split);

}  // namespace serin

#endif  // SERIN_CORE_LEARN_SPLIT_KEYS_H_
