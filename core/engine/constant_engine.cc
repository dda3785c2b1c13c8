#include "core/engine/constant_engine.h"

#include <algorithm>
#include <cmath>

#include "absl/memory/memory.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace serin {

absl::StatusOr<std::unique_ptr<const ConstantEngine>> ConstantEngine::Create(
    const internal::v1::ConstantEstimator& message, size_t margin_count) {
  if (static_cast<size_t>(message.scores_size()) != margin_count) {
    return absl::InvalidArgumentError(absl::StrCat("constant: ", message.scores_size(),
                                                   " scores for ", margin_count, " outputs"));
  }
  for (const double score : message.scores()) {
    if (!std::isfinite(score)) {
      return absl::InvalidArgumentError("constant: a score is not finite");
    }
  }
  return absl::WrapUnique(new ConstantEngine(message));
}

ConstantEngine::ConstantEngine(const internal::v1::ConstantEstimator& message)
    : scores_(message.scores().begin(), message.scores().end()) {}

void ConstantEngine::Score(const double*, size_t row_count, double* margins) const {
  for (size_t row = 0; row < row_count; ++row) {
    margins = std::copy(scores_.begin(), scores_.end(), margins);
  }
}

}  // namespace serin
