#ifndef SERIN_CORE_TABLE_PROFILE_H_
#define SERIN_CORE_TABLE_PROFILE_H_

#include "core/table/table.h"
#include "serin/v1/dataset.pb.h"

namespace serin {

// Statistics of every column, exact, as serin.v1.DatasetProfile describes them; without the name
// of the dataset version. Sorts each column: O(n log n) time, and memory for one column at a time.
v1::DatasetProfile ProfileOf(const Table& table);

}  // namespace serin

#endif  // SERIN_CORE_TABLE_PROFILE_H_
