#ifndef SERIN_CORE_LEARN_TREE_PARAMETERS_H_
#define SERIN_CORE_LEARN_TREE_PARAMETERS_H_

#include <vector>

#include "serin/v1/algorithm.pb.h"

namespace serin {

// Hyperparameters of all algorithms that grow trees by histograms: `max_bins`, `max_categories`.
std::vector<v1::Hyperparameter> HistogramParameters();

// Of trees whose leaves are means of their rows: `smoothing`.
std::vector<v1::Hyperparameter> LeafParameters(double default_smoothing);

}  // namespace serin

#endif  // SERIN_CORE_LEARN_TREE_PARAMETERS_H_
