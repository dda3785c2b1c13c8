#include "core/engine/estimator.h"

#include "absl/status/status.h"
#include "core/base/status_macros.h"
#include "core/engine/constant_engine.h"
#include "core/engine/linear_engine.h"
#include "core/engine/mlp_engine.h"
#include "core/engine/naive_bayes_engine.h"
#include "core/engine/nearest_neighbors_engine.h"
#include "core/engine/tree_engine.h"
#include "core/engine/tree_link.h"

namespace serin {

void Estimator::ScoreRows(const TableRows& rows, EstimatorScratch* scratch, double* margins) const {
  scratch->inputs.resize(rows.count() * rows.pipeline.output_count());
  rows.pipeline.Apply(rows.table, rows.binding, rows.begin, rows.end, scratch->inputs.data());
  Score(scratch->inputs.data(), rows.count(), margins);
}

absl::StatusOr<std::unique_ptr<const Estimator>> MakeEstimator(const internal::v1::Predictor& model,
                                                               size_t input_count) {
  const auto class_count = static_cast<size_t>(model.classes_size());
  const size_t margin_count = MarginsFor(class_count);
  switch (model.estimator_case()) {
    case internal::v1::Predictor::kLinear:
      return LinearEngine::Create(model.linear(), input_count, margin_count);
    case internal::v1::Predictor::kTrees:
      SERIN_RETURN_IF_ERROR(CheckTreeLink(model.trees(), class_count));
      return TreeEngine::Create(model.trees(), input_count, margin_count);
    case internal::v1::Predictor::kConstant:
      return ConstantEngine::Create(model.constant(), margin_count);
    case internal::v1::Predictor::kNaiveBayes:
      return NaiveBayesEngine::Create(model.naive_bayes(), input_count, class_count);
    case internal::v1::Predictor::kNearestNeighbors:
      return NearestNeighborsEngine::Create(model.nearest_neighbors(), input_count, class_count);
    case internal::v1::Predictor::kMlp:
      return MlpEngine::Create(model.mlp(), input_count, class_count);
    case internal::v1::Predictor::ESTIMATOR_NOT_SET:
      break;
  }
  return absl::InvalidArgumentError("no estimator that this version of Serin knows");
}

}  // namespace serin
