#ifndef SERIN_CORE_LEARN_TRAINING_INPUTS_H_
#define SERIN_CORE_LEARN_TRAINING_INPUTS_H_

#include <cstddef>
#include <vector>

#include "serin/internal/v1/bundle.pb.h"

namespace serin {

// What an input of an estimator is made of.
struct TrainingInput {
  size_t feature = 0;  // Index into Predictor.features.
  // Above 0: the input is the index of one of so many categories, or NaN. 0: a number.
  size_t category_count = 0;
  // The input grows with the feature's number: no indicator and no encoded category.
  bool increasing = false;
};

// One per output of the fitted pipeline, in order.
std::vector<TrainingInput> DescribeInputs(const internal::v1::Pipeline& pipeline);

}  // namespace serin

#endif  // SERIN_CORE_LEARN_TRAINING_INPUTS_H_
