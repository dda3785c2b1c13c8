#ifndef SERIN_CORE_LEARN_COORDINATE_DESCENT_H_
#define SERIN_CORE_LEARN_COORDINATE_DESCENT_H_

#include <Eigen/Core>
#include <cstddef>
#include <utility>

namespace serin {

// A convex quadratic function that knows its slope at a point and keeps it up to date while single
// coordinates of the point change.
class Quadratic {
 public:
  virtual ~Quadratic() = default;

  virtual size_t size() const = 0;
  // The second derivative by a coordinate; at least 0.
  virtual double Curvature(size_t i) const = 0;
  // The first derivative by a coordinate, at the present point.
  virtual double Slope(size_t i) const = 0;
  // Moves the point along a coordinate.
  virtual void Move(size_t i, double by) = 0;
};

// The quadratic with a matrix of second derivatives in memory: a move costs size() operations.
class DenseQuadratic final : public Quadratic {
 public:
  // A symmetric matrix, both halves set, and the slopes at the starting point.
  DenseQuadratic(Eigen::MatrixXd curvatures, Eigen::VectorXd slopes)
      : curvatures_(std::move(curvatures)), slopes_(std::move(slopes)) {}

  size_t size() const override { return static_cast<size_t>(slopes_.size()); }
  double Curvature(size_t i) const override {
    return curvatures_(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(i));
  }
  double Slope(size_t i) const override { return slopes_[static_cast<Eigen::Index>(i)]; }
  void Move(size_t i, double by) override {
    slopes_ += by * curvatures_.col(static_cast<Eigen::Index>(i));
  }

  const Eigen::VectorXd& slopes() const { return slopes_; }
  // For slopes computed anew, without the rounding errors of many moves.
  void SetSlopes(Eigen::VectorXd slopes) { slopes_ = std::move(slopes); }
  const Eigen::MatrixXd& curvatures() const { return curvatures_; }

 private:
  const Eigen::MatrixXd curvatures_;
  Eigen::VectorXd slopes_;
};

// Adds l1[i] * |w[i]| + l2[i] / 2 * w[i]^2 for each coordinate.
struct ElasticPenalty {
  Eigen::VectorXd l1;
  Eigen::VectorXd l2;
};

enum class Coordinates { kAll, kNonZero };

// Minimises quadratic + penalty along each of the coordinates in turn, once. The quadratic's point
// is `weights`, or moves along with it. Returns the largest change, as |change| * sqrt(curvature):
// in the unit of the square root of the function.
//
// Friedman, Hastie and Tibshirani, "Regularization paths for generalized linear models via
// coordinate descent", Journal of Statistical Software 33(1), 2010.
double Descend(Coordinates coordinates, const ElasticPenalty& penalty, Quadratic* quadratic,
               Eigen::VectorXd* weights);

// Passes over all coordinates and over those that are not 0 until one over all changes at most
// `tolerance`, or `max_passes` are done. Returns the passes done.
int DescendUntil(double tolerance, int max_passes, const ElasticPenalty& penalty,
                 Quadratic* quadratic, Eigen::VectorXd* weights);

}  // namespace serin

#endif  // SERIN_CORE_LEARN_COORDINATE_DESCENT_H_
