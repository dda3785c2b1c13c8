#ifndef SERIN_CORE_ENGINE_TREE_VALIDATION_H_
#define SERIN_CORE_ENGINE_TREE_VALIDATION_H_

#include <cstddef>

#include "absl/status/status.h"
#include "serin/internal/v1/bundle.pb.h"

namespace serin {

// OK if the message is an ensemble of binary trees over `input_count` inputs with `margin_count`
// outputs that can be walked without further checks; else INVALID_ARGUMENT naming tree and node.
absl::Status ValidateTrees(const internal::v1::TreeEnsemble& message, size_t input_count,
                           size_t margin_count);

}  // namespace serin

#endif  // SERIN_CORE_ENGINE_TREE_VALIDATION_H_
