#ifndef SERIN_CORE_INTERCHANGE_XGBOOST_TREE_H_
#define SERIN_CORE_INTERCHANGE_XGBOOST_TREE_H_

#include "absl/status/statusor.h"
#include "nlohmann/json_fwd.hpp"
#include "serin/internal/v1/bundle.pb.h"

namespace serin {

// A tree of `gradient_booster.model.trees`, as XGBoost writes it. INVALID_ARGUMENT where its nodes
// form none; throws nlohmann::json::exception or std::out_of_range where it is not written so.
absl::StatusOr<internal::v1::Tree> ReadXgboostTree(const nlohmann::json& json, int output);

}  // namespace serin

#endif  // SERIN_CORE_INTERCHANGE_XGBOOST_TREE_H_
