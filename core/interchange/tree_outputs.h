#ifndef SERIN_CORE_INTERCHANGE_TREE_OUTPUTS_H_
#define SERIN_CORE_INTERCHANGE_TREE_OUTPUTS_H_

#include "serin/internal/v1/bundle.pb.h"

namespace serin {

// Makes of an ensemble that gives each of two classes a sum one that gives their difference, the
// second's less the first's: its logistic function is the second's share of the softmax.
void SubtractFirstOfTwoOutputs(internal::v1::TreeEnsemble* trees);

}  // namespace serin

#endif  // SERIN_CORE_INTERCHANGE_TREE_OUTPUTS_H_
