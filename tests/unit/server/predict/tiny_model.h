#ifndef SERIN_TESTS_UNIT_SERVER_PREDICT_TINY_MODEL_H_
#define SERIN_TESTS_UNIT_SERVER_PREDICT_TINY_MODEL_H_

#include <string>

#include "core/base/sha256.h"
#include "serin/internal/v1/bundle.pb.h"

namespace serin {

// A linear model small enough to be computed by hand: from `width` (a number, 0 where missing) and
// `color` (red or blue) to small or large, with log odds width + 1 if red + bias. With width 0,
// another color and bias 0 the classes tie.
internal::v1::Bundle TinyClassifier(double bias = 0);

// The same, but predicts the log odds as a number.
internal::v1::Bundle TinyRegressor(double bias = 0);

// The bytes of a bundle, and what they are fetched by.
struct StoredBundle {
  explicit StoredBundle(const internal::v1::Bundle& bundle);

  std::string bytes;
  std::string sha256;
};

}  // namespace serin

#endif  // SERIN_TESTS_UNIT_SERVER_PREDICT_TINY_MODEL_H_
