#ifndef SERIN_CORE_INTERCHANGE_CHECK_TEXT_H_
#define SERIN_CORE_INTERCHANGE_CHECK_TEXT_H_

#include "absl/status/status.h"
#include "serin/internal/v1/bundle.pb.h"

namespace serin {

// INVALID_ARGUMENT unless the names, classes and categories of a model are UTF-8, as a message
// requires, and names at most 256 bytes long.
absl::Status CheckText(const internal::v1::Predictor& predictor);

}  // namespace serin

#endif  // SERIN_CORE_INTERCHANGE_CHECK_TEXT_H_
