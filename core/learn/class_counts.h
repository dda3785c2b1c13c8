#ifndef SERIN_CORE_LEARN_CLASS_COUNTS_H_
#define SERIN_CORE_LEARN_CLASS_COUNTS_H_

#include <vector>

#include "core/learn/algorithm.h"

namespace serin {

// Rows per class.
std::vector<double> ClassCounts(const TrainingSet& data);

// ln(rows of the class / all rows), one per class. A class without a row, as there can be one in a
// fold, counts as half a row.
std::vector<double> LogShares(const TrainingSet& data);

}  // namespace serin

#endif  // SERIN_CORE_LEARN_CLASS_COUNTS_H_
