#include "core/pipeline/column_step.h"

#include "absl/strings/str_cat.h"

namespace serin {

absl::Status Misfit(const v1::ColumnSchema& column, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("pipeline: column '", column.name(), "': ", what));
}

}  // namespace serin
