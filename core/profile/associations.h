#ifndef SERIN_CORE_PROFILE_ASSOCIATIONS_H_
#define SERIN_CORE_PROFILE_ASSOCIATIONS_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "core/table/table_source.h"
#include "serin/v1/dataset.pb.h"

namespace serin {

// Completes the profile of a table with what concerns a target: DatasetProfile.target, each
// column's association with it, and the warnings that look at it.
//
// Looks at 100,000 rows at most, a uniform sample without replacement of larger tables that is the
// same each time. Reads every column once, some at a time: memory for 4 million values.
//
// Errors: InvalidField of `target` for a column that the table does not have or that is text, and
// those of `table`.
absl::Status AddAssociations(const TableSource& table, absl::string_view target,
                             v1::DatasetProfile* profile);

}  // namespace serin

#endif  // SERIN_CORE_PROFILE_ASSOCIATIONS_H_
