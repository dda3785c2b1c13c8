#ifndef SERIN_CORE_LEARN_SPEC_COLUMN_H_
#define SERIN_CORE_LEARN_SPEC_COLUMN_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "serin/v1/job.pb.h"
#include "serin/v1/table.pb.h"

// The columns that a specification names: a part of ResolveSpec.

namespace serin {

// A name from a request as errors show it.
std::string QuotedName(absl::string_view name);

// The column that `field` of the specification names; InvalidField on it where there is none.
absl::StatusOr<const v1::ColumnSchema*> ColumnNamed(absl::string_view field,
                                                    const std::string& name,
                                                    const v1::Schema& schema);

// Checks the features, or spells them out: all columns but the target, the one that the evaluation
// splits by, and text.
absl::Status ResolveFeatures(const v1::Schema& schema, v1::TrainingSpec* spec);

}  // namespace serin

#endif  // SERIN_CORE_LEARN_SPEC_COLUMN_H_
