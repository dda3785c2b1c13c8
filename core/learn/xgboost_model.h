#ifndef SERIN_CORE_LEARN_XGBOOST_MODEL_H_
#define SERIN_CORE_LEARN_XGBOOST_MODEL_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "serin/internal/v1/bundle.pb.h"

namespace serin {

// Reads a model that XGBoost (1.0 to 1.7) has saved as UBJSON (draft 12; its JSON is
// none where trees split by categories, for it has NaN in it): a `gbtree` booster with objective
// reg:squarederror, binary:logistic or multi:softprob on numbers and categories. Covers are sums of
// second derivatives (`sum_hessian`).
// https://xgboost.readthedocs.io/en/release_1.7.0/tutorials/saving_model.html
//
// INVALID_ARGUMENT for anything else. The trees are not checked: TreeEngine does that.
absl::StatusOr<internal::v1::TreeEnsemble> ParseXgboostModel(absl::string_view ubjson);

}  // namespace serin

#endif  // SERIN_CORE_LEARN_XGBOOST_MODEL_H_
