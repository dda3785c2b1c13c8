#ifndef SERIN_CORE_INTERCHANGE_LIGHTGBM_MODEL_H_
#define SERIN_CORE_INTERCHANGE_LIGHTGBM_MODEL_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/interchange/imported_model.h"

namespace serin {

// A model that LightGBM (2.3 or later) has saved with save_model, as text; also of boosting `rf`
// and `dart`. Takes any bytes. Features whose categories the file has, because they were pandas
// categories of text, become categories; those of other categories are numbers: the codes.
//
// Sums are in single precision, LightGBM's in double: answers differ by about one part in a
// million. See lightgbm_tree.h for thresholds.
//
// INVALID_ARGUMENT naming tree and line for what cannot be read; UNIMPLEMENTED for objectives that
// lightgbm_objective.cc does not list, and what lightgbm_tree.h says.
// https://lightgbm.readthedocs.io/en/v3.3.5/; the format is that of src/io/tree.cpp there.
absl::StatusOr<ImportedModel> ImportLightgbm(absl::string_view file);

}  // namespace serin

#endif  // SERIN_CORE_INTERCHANGE_LIGHTGBM_MODEL_H_
