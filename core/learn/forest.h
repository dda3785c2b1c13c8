#ifndef SERIN_CORE_LEARN_FOREST_H_
#define SERIN_CORE_LEARN_FOREST_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "core/learn/algorithm.h"

namespace serin {

struct ForestOptions {
  int trees = 1;
  int max_depth = 1;
  // Fewest rows (or their weights) in a leaf.
  double min_leaf_rows = 1;
  // Rows of the mean of all rows that each leaf has besides its own (the m-estimate of Cestnik,
  // "Estimating probabilities", ECAI 1990): shares of few rows are not taken at their word.
  double smoothing = 0;
  // Least gain of a split as a share of what the root could gain at most: its sum of squares.
  double min_gain_share = 0;
  // Share of the inputs, drawn at random for each split, that are looked at.
  double split_inputs = 1;
  // Each tree sees so many rows as there are, drawn with replacement; else all of them.
  bool bootstrap = false;
  int max_bins = 256;
  size_t max_categories = 0;
  // What a row counts, by class; empty for regression.
  std::vector<double> class_weights;
};

// Trees that do not look at each other, whose mean is the prediction: of a number, or of each
// class's share of the rows. XGBoost grows them to the loss (score - truth)^2: the value of a leaf
// is the mean of its rows, and what a split gains is what CART's does, the reduction of the
// variance or (for shares of a class) of half the Gini impurity. Three and more classes have a tree
// each per round.
//
// Puts the trees, with link LINK_PROBABILITY for classification, into `model`. The seed decides
// what is drawn. CANCELLED when the sink, which hears of each tree, says so.
absl::Status FitForest(const TrainingSet& data, const ForestOptions& options, uint64_t seed,
                       const IterationSink& sink, internal::v1::Predictor* model);

}  // namespace serin

#endif  // SERIN_CORE_LEARN_FOREST_H_
