#ifndef SERIN_CORE_INTERCHANGE_LIGHTGBM_TREE_H_
#define SERIN_CORE_INTERCHANGE_LIGHTGBM_TREE_H_

#include "absl/status/statusor.h"
#include "core/interchange/lightgbm_text.h"
#include "serin/internal/v1/bundle.pb.h"

namespace serin {

// A tree with its leaves multiplied by `leaf_scale`. Thresholds and leaves are rounded to single
// precision: what is beyond a threshold by less than that is taken to be on it. Covers are counts
// of rows.
//
// INVALID_ARGUMENT for what is no tree, naming the line; UNIMPLEMENTED for trees of linear models,
// and for zeros that are missing where they would go the other way than numbers about zero.
absl::StatusOr<internal::v1::Tree> ReadLightgbmTree(const LightgbmBlock& block, int output,
                                                    double leaf_scale);

}  // namespace serin

#endif  // SERIN_CORE_INTERCHANGE_LIGHTGBM_TREE_H_
