#ifndef SERIN_CORE_LEARN_CENTRED_PRODUCTS_H_
#define SERIN_CORE_LEARN_CENTRED_PRODUCTS_H_

#include <Eigen/Core>

#include "core/learn/algorithm.h"

namespace serin {

// What a regression needs to know of its rows, once the means are taken off: X is the matrix of
// centred inputs, y the vector of centred targets.
struct CentredProducts {
  Eigen::VectorXd input_means;
  double target_mean = 0;
  Eigen::MatrixXd inputs;       // X'X: inputs x inputs; only the lower half is set.
  Eigen::VectorXd with_target;  // X'y
  double target = 0;            // y'y
};

// In one pass over the rows for the means and another for the products, without a copy of the
// matrix.
CentredProducts ProductsOfInputs(const TrainingSet& data);

// The means alone.
void SetMeans(const TrainingSet& data, CentredProducts* products);

// XX': rows x rows; only the lower half is set. For fewer rows than inputs.
Eigen::MatrixXd ProductsOfRows(const TrainingSet& data, const Eigen::VectorXd& input_means);

}  // namespace serin

#endif  // SERIN_CORE_LEARN_CENTRED_PRODUCTS_H_
