#ifndef SERIN_CORE_LEARN_NAIVE_BAYES_H_
#define SERIN_CORE_LEARN_NAIVE_BAYES_H_

#include "core/learn/algorithm.h"

namespace serin {

// Naive Bayes: numbers are normally distributed in each class, categories have a probability each,
// and all are independent given the class. Missing values say nothing.
//
// Maron, "Automatic indexing: an experimental inquiry", 1961.
Algorithm NaiveBayes();

}  // namespace serin

#endif  // SERIN_CORE_LEARN_NAIVE_BAYES_H_
