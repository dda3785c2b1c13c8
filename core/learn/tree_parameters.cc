#include "core/learn/tree_parameters.h"

#include "core/learn/describe_hyperparameter.h"

namespace serin {

std::vector<v1::Hyperparameter> HistogramParameters() {
  return {
      IntegerParameter("max_bins", "Most intervals that an input is cut into to look for splits.",
                       256, {.min = 2, .max = 1024}),
      IntegerParameter("max_categories",
                       "Features with at most so many categories are split by sets of them; "
                       "those with more by their place in the sorted list. 0: all of them by "
                       "that.",
                       100, {.min = 0, .max = 10'000})};
}

std::vector<v1::Hyperparameter> LeafParameters(double default_smoothing) {
  return {
      NumberParameter("smoothing",
                      "Draws each leaf towards the mean of all rows (for classes, their shares) "
                      "as so many more rows of it would: leaves of few rows claim less.",
                      default_smoothing, {.min = 0, .max = 1e6})};
}

}  // namespace serin
