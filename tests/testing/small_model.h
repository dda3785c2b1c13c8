#ifndef SERIN_TESTS_TESTING_SMALL_MODEL_H_
#define SERIN_TESTS_TESTING_SMALL_MODEL_H_

#include "serin/internal/v1/bundle.pb.h"

namespace serin {

// Models small enough to work out by hand, with a number `x` and a category `c` (blue or red) as
// features; standing in for trained ones.

// Regression of `y`: 2 * (x - 1) + 10 * [c = blue] + 20 * [c = red] + 0.5, where a missing x is 1.
internal::v1::Predictor SmallLinearModel();

// Two classes, `no` and `yes`. The log odds of yes are -1 if x < 5 or missing, else 1; and another
// 0.5 if c is red.
internal::v1::Predictor SmallTreeModel();

// A bundle of the model, complete with golden rows and lineage.
internal::v1::Bundle SmallBundle();

}  // namespace serin

#endif  // SERIN_TESTS_TESTING_SMALL_MODEL_H_
