#ifndef SERIN_CORE_INTERCHANGE_LIGHTGBM_TREE_H_
#define SERIN_CORE_INTERCHANGE_LIGHTGBM_TREE_H_

#include "absl/status/statusor.h"
#include "core/interchange/lightgbm_text.h"
#include "serin/internal/v1/bundle.pb.h"

namespace serin {

// A tree with its leaves multiplied by `leaf_scale`. Leaves are rounded to single precision.
// Covers are counts of rows.
//
// Thresholds are rounded to the next number in single precision, as inputs are. Rounding keeps the
// order: what is not above a threshold goes where LightGBM sends it. What is above goes there too,
// unless it rounds to the same number: then it counts as on the threshold. Of inputs that are in
// single precision themselves that is at most one, the threshold's own rounding where that is up.
//
// INVALID_ARGUMENT for what is no tree, naming the line; UNIMPLEMENTED for trees of linear models,
// and for zeros that are missing where they would go the other way than numbers about zero.
absl::StatusOr<internal::v1::Tree> ReadLightgbmTree(const LightgbmBlock& block, int output,
                                                    double leaf_scale);

}  // namespace serin

#endif  // SERIN_CORE_INTERCHANGE_LIGHTGBM_TREE_H_
