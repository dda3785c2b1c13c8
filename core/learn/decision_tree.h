#ifndef SERIN_CORE_LEARN_DECISION_TREE_H_
#define SERIN_CORE_LEARN_DECISION_TREE_H_

#include "core/learn/algorithm.h"

namespace serin {

// One tree of questions about single features, each of which parts the rows as well as it can.
//
// Breiman, Friedman, Olshen and Stone, "Classification and Regression Trees", 1984.
Algorithm DecisionTree();

}  // namespace serin

#endif  // SERIN_CORE_LEARN_DECISION_TREE_H_
