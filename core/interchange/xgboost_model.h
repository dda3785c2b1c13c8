#ifndef SERIN_CORE_INTERCHANGE_XGBOOST_MODEL_H_
#define SERIN_CORE_INTERCHANGE_XGBOOST_MODEL_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/interchange/imported_model.h"
#include "serin/internal/v1/bundle.pb.h"

// Models that XGBoost (1.0 or later) has saved with save_model, as JSON or UBJSON.
// https://xgboost.readthedocs.io/en/release_1.7.0/tutorials/saving_model.html

namespace serin {

// The trees of a `gbtree` booster saved as UBJSON, from a source that can be relied on: the file
// may take any memory. Covers are sums of second derivatives (`sum_hessian`). The trees are not
// checked: TreeEngine does that.
//
// INVALID_ARGUMENT for what is no such model; UNIMPLEMENTED for other boosters and for objectives
// that xgboost_objective.cc does not list.
absl::StatusOr<internal::v1::TreeEnsemble> ParseXgboostModel(absl::string_view ubjson);

// A whole model of any bytes. Errors as above, and RESOURCE_EXHAUSTED for one too large to be read.
// All trees count, also those behind XGBoost's `best_iteration`. Features are named as the file
// does, else f0, f1, ...; those of categories are numbers: the codes.
absl::StatusOr<ImportedModel> ImportXgboost(absl::string_view file);

}  // namespace serin

#endif  // SERIN_CORE_INTERCHANGE_XGBOOST_MODEL_H_
