#ifndef SERIN_CORE_ENGINE_TRIAL_ROWS_H_
#define SERIN_CORE_ENGINE_TRIAL_ROWS_H_

#include <cstddef>
#include <vector>

#include "serin/internal/v1/bundle.pb.h"

namespace serin {

// Rows to try scorers of trees with: row_count x input_count, row by row.
struct TrialRows {
  std::vector<float> inputs;
  size_t row_count;
  size_t input_count;
  size_t output_count;
};

// Rows that go all ways through an ensemble that has passed ValidateTrees: each input is one of the
// thresholds or categories that nodes compare it with, or now and then missing. The same for the
// same ensemble.
TrialRows MakeTrialRows(const internal::v1::TreeEnsemble& message, size_t input_count);

}  // namespace serin

#endif  // SERIN_CORE_ENGINE_TRIAL_ROWS_H_
