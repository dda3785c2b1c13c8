#ifndef SERIN_TESTS_UNIT_CORE_LEARN_STANDARDISED_DATA_H_
#define SERIN_TESTS_UNIT_CORE_LEARN_STANDARDISED_DATA_H_

#include <string>

#include "core/learn/algorithm.h"

namespace serin {

// A file of tests/data whose features are all numbers, each less its mean and divided by its
// standard deviation (scikit-learn's StandardScaler); the target a number, or the index of a class
// among the sorted ones.
TrainingSet StandardisedData(const std::string& file, const std::string& target);

}  // namespace serin

#endif  // SERIN_TESTS_UNIT_CORE_LEARN_STANDARDISED_DATA_H_
