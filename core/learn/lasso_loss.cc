#include "core/learn/lasso_loss.h"

#include <utility>

#include "core/learn/centred_products.h"
#include "core/learn/column_quadratic.h"

namespace serin {
namespace {

using Eigen::VectorXd;

// 128 MB of products.
constexpr size_t kMaxProducts = 4096;

Eigen::MatrixXd BothHalves(Eigen::MatrixXd lower) {
  lower.triangularView<Eigen::StrictlyUpper>() = lower.transpose();
  return lower;
}

class ProductLoss final : public LassoLoss {
 public:
  ProductLoss(CentredProducts products, double rows)
      : input_means_(std::move(products.input_means)),
        target_mean_(products.target_mean),
        target_variance_(products.target / rows),
        with_target_(products.with_target / rows),
        quadratic_(BothHalves(std::move(products.inputs)) / rows, -with_target_) {}

  Quadratic* quadratic() override { return &quadratic_; }

  void Refresh(const VectorXd& weights) override {
    VectorXd slopes = -with_target_;
    for (Eigen::Index i = 0; i < weights.size(); ++i) {
      if (weights[i] != 0) slopes += weights[i] * quadratic_.curvatures().col(i);
    }
    quadratic_.SetSlopes(std::move(slopes));
  }

  Residuals ResidualsAt(const VectorXd& weights) const override {
    const double with_target = target_variance_ - weights.dot(with_target_);
    return {with_target + weights.dot(quadratic_.slopes()), with_target};
  }

  double target_variance() const override { return target_variance_; }
  double InterceptOf(const VectorXd& weights) const override {
    return target_mean_ - input_means_.dot(weights);
  }

 private:
  const VectorXd input_means_;
  const double target_mean_;
  const double target_variance_;
  const VectorXd with_target_;  // X'y / rows
  DenseQuadratic quadratic_;
};

class ColumnLoss final : public LassoLoss {
 public:
  explicit ColumnLoss(const TrainingSet& data) : quadratic_(data) {}

  Quadratic* quadratic() override { return &quadratic_; }
  void Refresh(const VectorXd& weights) override { quadratic_.Refresh(weights); }

  Residuals ResidualsAt(const VectorXd&) const override {
    const auto rows = static_cast<double>(quadratic_.targets().size());
    return {quadratic_.residuals().squaredNorm() / rows,
            quadratic_.residuals().dot(quadratic_.targets()) / rows};
  }

  double target_variance() const override {
    return quadratic_.targets().squaredNorm() / static_cast<double>(quadratic_.targets().size());
  }
  double InterceptOf(const VectorXd& weights) const override {
    return quadratic_.target_mean() - quadratic_.input_means().dot(weights);
  }

 private:
  ColumnQuadratic quadratic_;
};

}  // namespace

std::unique_ptr<LassoLoss> MakeLassoLoss(const TrainingSet& data) {
  if (data.input_count > kMaxProducts) return std::make_unique<ColumnLoss>(data);
  return std::make_unique<ProductLoss>(ProductsOfInputs(data), static_cast<double>(data.row_count));
}

}  // namespace serin
