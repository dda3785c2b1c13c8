#ifndef SERIN_CORE_LEARN_MLP_H_
#define SERIN_CORE_LEARN_MLP_H_

#include "core/learn/algorithm.h"

namespace serin {

// A multilayer perceptron: fully connected layers, trained by Adam on batches drawn at random,
// until rows set aside show that it gets no better.
//
// Rumelhart, Hinton and Williams, "Learning representations by back-propagating errors", 1986.
Algorithm Mlp();

}  // namespace serin

#endif  // SERIN_CORE_LEARN_MLP_H_
