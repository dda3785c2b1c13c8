#include "core/explain/explainer.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/memory/memory.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/memory_bytes.h"
#include "core/base/status_macros.h"
#include "core/explain/linear_attribution.h"
#include "core/explain/sampled_shapley.h"
#include "core/explain/tree_attribution.h"
#include "core/pipeline/pipeline.h"
#include "core/table/schema.h"
#include "core/table/wire.h"

namespace serin {
namespace {

using internal::v1::Bundle;
using internal::v1::TreeEnsemble;
using v1::ExplainResponse;

// Predictions that one call may ask for: seconds of a small network's.
constexpr size_t kMaxPredictions = 20'000'000;

// A profile with means is that of the rows that the estimator was fitted on.
absl::StatusOr<std::unique_ptr<const Attribution>> LinearOf(const Bundle& bundle,
                                                            size_t input_count) {
  const auto& means = bundle.profile().input_means();
  if (means.empty()) return nullptr;
  if (static_cast<size_t>(means.size()) != input_count) {
    return absl::InvalidArgumentError(
        absl::StrCat("profile: ", means.size(), " means for ", input_count, " inputs"));
  }
  return std::make_unique<LinearAttribution>(bundle.predictor().linear(),
                                             std::vector<double>(means.begin(), means.end()));
}

// Sums over inputs and outputs that an exact explanation is made of: 32 MiB.
constexpr size_t kMaxSums = size_t{1} << 22;

// Contributions, with their errors, of one call: 8 MiB of an answer.
constexpr size_t kMaxContributions = size_t{1} << 20;

size_t OutputsOf(const internal::v1::Predictor& model) {
  return model.classes_size() > 2 ? static_cast<size_t>(model.classes_size()) : 1;
}

bool AddsUpToMargins(const TreeEnsemble& trees) {
  return trees.link() == TreeEnsemble::LINK_UNSPECIFIED ||
         trees.link() == TreeEnsemble::LINK_PROBABILITY;
}

// Null where the estimator has no exact explanation, or one that takes too much memory. Takes the
// bundle's trees.
absl::StatusOr<std::unique_ptr<const Attribution>> ExactOf(Bundle* bundle, size_t input_count) {
  internal::v1::Predictor& model = *bundle->mutable_predictor();
  if (input_count > kMaxSums / OutputsOf(model)) return nullptr;
  if (model.has_linear()) return LinearOf(*bundle, input_count);
  if (model.has_constant()) {
    return std::make_unique<LinearAttribution>(model.constant(), input_count);
  }
  if (model.has_trees() && AddsUpToMargins(model.trees())) {
    return TreeAttribution::Create(std::move(*model.mutable_trees()), input_count);
  }
  return nullptr;
}

ExplainResponse::Scale ScaleOf(const internal::v1::Predictor& model, bool exact) {
  if (model.task() == v1::TASK_REGRESSION) return ExplainResponse::SCALE_VALUE;
  const bool sums_are_shares =
      model.has_trees() && model.trees().link() == TreeEnsemble::LINK_PROBABILITY;
  return exact && !sums_are_shares ? ExplainResponse::SCALE_LOG_ODDS
                                   : ExplainResponse::SCALE_PROBABILITY;
}

size_t MemoryOf(const Table& rows) {
  size_t bytes = HeapBytes(rows.columns);
  for (const ColumnData& column : rows.columns) {
    bytes += HeapBytes(column.numbers) + HeapBytes(column.codes) + HeapBytes(column.dictionary);
  }
  return bytes;
}

bool AllMissing(const Table& rows, size_t row) {
  return std::all_of(rows.columns.begin(), rows.columns.end(),
                     [row](const ColumnData& column) { return column.missing(row); });
}

// The golden rows, without one that the training did not have: the row without any value, the last.
absl::StatusOr<Table> BackgroundOf(const Bundle& bundle) {
  const internal::v1::GoldenRows& golden = bundle.golden_rows();
  Table rows = EmptyTable(bundle.predictor().features());
  size_t row_count = golden.columns().empty() ? 0 : RowCountOf(golden.columns(0));
  for (int i = 0; i < golden.columns_size(); ++i) {
    SERIN_RETURN_IF_ERROR(AppendWire(golden.columns(i), row_count, &rows.columns[i]));
  }
  if (row_count > 1 && AllMissing(rows, row_count - 1)) {
    for (ColumnData& column : rows.columns) {
      column.is_string() ? column.codes.pop_back() : column.numbers.pop_back();
    }
  }
  return rows;
}

// `of_row`: what an answer has of each row.
absl::Status CheckSize(size_t row_count, size_t of_row) {
  if (row_count <= kMaxContributions / std::max<size_t>(1, of_row)) return absl::OkStatus();
  return InvalidField(
      "rows", absl::StrCat("must be at most ", kMaxContributions / of_row, ", as an answer has ",
                           of_row, " numbers of each, are ", row_count));
}

absl::Status CheckWork(size_t row_count, size_t feature_count, size_t samples) {
  const size_t of_sample = std::max<size_t>(1, row_count * feature_count);
  if (samples <= kMaxPredictions / of_sample) return absl::OkStatus();
  return InvalidField(
      "samples", absl::StrCat("must be at most ", kMaxPredictions / of_sample, " for ", row_count,
                              " rows of ", feature_count, " features, is ", samples));
}

}  // namespace

absl::StatusOr<std::unique_ptr<const Explainer>> Explainer::Create(Bundle bundle) {
  const internal::v1::Predictor& model = bundle.predictor();
  SERIN_ASSIGN_OR_RETURN(Pipeline pipeline, Pipeline::Create(model.pipeline(), model.features()));
  // Before the trees, which say it, are taken.
  const ExplainResponse::Scale exact_scale = ScaleOf(model, /*exact=*/true);
  SERIN_ASSIGN_OR_RETURN(std::unique_ptr<const Attribution> exact,
                         ExactOf(&bundle, pipeline.output_count()));
  if (exact == nullptr) {
    auto explainer = absl::WrapUnique(
        new Explainer(ExplainResponse::METHOD_SAMPLED, ScaleOf(model, /*exact=*/false)));
    SERIN_ASSIGN_OR_RETURN(explainer->background_, BackgroundOf(bundle));
    explainer->memory_bytes_ = sizeof(Explainer) + MemoryOf(explainer->background_);
    return explainer;
  }
  auto explainer = absl::WrapUnique(new Explainer(
      model.has_trees() ? ExplainResponse::METHOD_TREE_SHAP : ExplainResponse::METHOD_LINEAR,
      exact_scale));
  explainer->exact_ = std::make_unique<FeatureSums>(
      std::move(pipeline), model.features().columns_size(), std::move(exact));
  explainer->memory_bytes_ =
      sizeof(Explainer) + model.pipeline().SpaceUsedLong() + explainer->exact_->memory_bytes();
  return explainer;
}

absl::StatusOr<Explanations> Explainer::Explain(const Predictor& predictor, const Table& rows,
                                                const ExplainOptions& options) const {
  Explanations explanations;
  explanations.method = method_;
  explanations.scale = scale_;
  const size_t contributions = OutputsOf(predictor.model()) * rows.columns.size();
  const bool has_errors = exact_ == nullptr;
  SERIN_RETURN_IF_ERROR(
      CheckSize(rows.row_count(), has_errors ? 2 * contributions : contributions));
  SERIN_ASSIGN_OR_RETURN(explanations.predictions, predictor.Score(rows));
  if (exact_ != nullptr) {
    SERIN_RETURN_IF_ERROR(exact_->Explain(rows, options.stop, &explanations));
    return explanations;
  }
  SERIN_RETURN_IF_ERROR(CheckWork(rows.row_count(), rows.columns.size(), options.samples));
  const SampledShapley sampled = {predictor, background_, options.samples, options.seed};
  SERIN_RETURN_IF_ERROR(sampled.Explain(rows, options.stop, &explanations));
  return explanations;
}

}  // namespace serin
