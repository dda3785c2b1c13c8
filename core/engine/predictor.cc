#include "core/engine/predictor.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/memory/memory.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"
#include "core/engine/link.h"

namespace serin {
namespace {

// Rows that are scored at once: enough to keep the estimator in cache, few enough that what is made
// of them stays there too, however much that is (one-hot columns bring up to 100,000 inputs).
constexpr size_t kMaxBlockRows = 128;
constexpr size_t kMaxBlockNumbers = 16'384;

size_t BlockRows(size_t numbers_per_row) {
  return std::clamp(kMaxBlockNumbers / std::max<size_t>(numbers_per_row, 1), size_t{1},
                    kMaxBlockRows);
}

absl::Status Invalid(absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("model: ", what));
}

absl::Status CheckFeatures(const v1::Schema& features) {
  absl::flat_hash_set<std::string> names;
  if (features.columns().empty()) return Invalid("has no features");
  for (const v1::ColumnSchema& column : features.columns()) {
    if (column.name().empty()) return Invalid("a feature has no name");
    if (!names.insert(column.name()).second) {
      return Invalid(absl::StrCat("two features are named '", column.name(), "'"));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckClasses(const internal::v1::Predictor& model) {
  absl::flat_hash_set<std::string> labels(model.classes().begin(), model.classes().end());
  if (model.task() == v1::TASK_REGRESSION) {
    return labels.empty() ? absl::OkStatus() : Invalid("has classes, but its task is regression");
  }
  if (model.task() != v1::TASK_CLASSIFICATION) return Invalid("has no task");
  if (model.classes_size() < 2) return Invalid("has fewer than two classes");
  if (labels.size() != static_cast<size_t>(model.classes_size())) {
    return Invalid("has a class twice");
  }
  return absl::OkStatus();
}

absl::Status CheckNames(const internal::v1::Predictor& model) {
  SERIN_RETURN_IF_ERROR(CheckFeatures(model.features()));
  if (model.target().name().empty()) return Invalid("has no target");
  return CheckClasses(model);
}

// All but the pipeline and the estimator.
internal::v1::Predictor DescriptionOf(const internal::v1::Predictor& model) {
  internal::v1::Predictor description;
  description.set_task(model.task());
  *description.mutable_features() = model.features();
  *description.mutable_target() = model.target();
  *description.mutable_classes() = model.classes();
  return description;
}

// True if the estimator cannot take NaN.
bool NeedsWholeRows(const internal::v1::Predictor& model) {
  return model.has_linear() || model.has_nearest_neighbors() || model.has_mlp();
}

}  // namespace

absl::StatusOr<std::unique_ptr<const Predictor>> Predictor::Create(
    const internal::v1::Predictor& model) {
  SERIN_RETURN_IF_ERROR(CheckNames(model));
  SERIN_ASSIGN_OR_RETURN(Pipeline pipeline, Pipeline::Create(model.pipeline(), model.features()));
  if (NeedsWholeRows(model) && pipeline.can_yield_nan()) {
    return Invalid("an estimator that takes no gaps after transforms that leave gaps");
  }
  SERIN_ASSIGN_OR_RETURN(std::unique_ptr<const Estimator> estimator,
                         MakeEstimator(model, pipeline.output_count()));
  internal::v1::Predictor description = DescriptionOf(model);
  const size_t memory_bytes = sizeof(Predictor) + description.SpaceUsedLong() +
                              model.pipeline().SpaceUsedLong() + estimator->memory_bytes();
  return absl::WrapUnique(new Predictor(std::move(description), std::move(pipeline),
                                        std::move(estimator), memory_bytes));
}

Predictor::Predictor(internal::v1::Predictor model, Pipeline pipeline,
                     std::unique_ptr<const Estimator> estimator, size_t memory_bytes)
    : model_(std::make_shared<const internal::v1::Predictor>(std::move(model))),
      pipeline_(std::move(pipeline)),
      estimator_(std::move(estimator)),
      output_count_(std::max(model_->classes_size(), 1)),
      memory_bytes_(memory_bytes) {}

absl::Status Predictor::CheckColumns(const Table& rows) const {
  const auto& features = model_->features().columns();
  if (rows.columns.size() != static_cast<size_t>(features.size())) {
    return absl::InvalidArgumentError(absl::StrCat("the model takes ", features.size(),
                                                   " columns, there are ", rows.columns.size()));
  }
  for (size_t i = 0; i < rows.columns.size(); ++i) {
    if (rows.columns[i].type != features[static_cast<int>(i)].type() ||
        rows.columns[i].size() != rows.row_count()) {
      return absl::InvalidArgumentError(absl::StrCat(
          "column '", features[static_cast<int>(i)].name(), "' has another type or length"));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<Scores> Predictor::Score(const Table& rows) const {
  ScoreScratch scratch;
  Scores scores;
  SERIN_RETURN_IF_ERROR(Score(rows, &scratch, &scores));
  return scores;
}

absl::Status Predictor::Score(const Table& rows, ScoreScratch* scratch, Scores* scores) const {
  SERIN_RETURN_IF_ERROR(CheckColumns(rows));
  pipeline_.Bind(rows, &scratch->binding);
  scores->row_count = rows.row_count();
  scores->output_count = output_count_;
  scores->values.resize(scores->row_count * output_count_);
  scores->unseen = pipeline_.FindUnseen(rows, scratch->binding);
  const size_t block_rows =
      std::min(scores->row_count, BlockRows(estimator_->NumbersPerRow(pipeline_.output_count())));
  scratch->margins.resize(block_rows * estimator_->margin_count());
  for (size_t begin = 0; begin < scores->row_count; begin += block_rows) {
    const size_t end = std::min(scores->row_count, begin + block_rows);
    estimator_->ScoreRows({pipeline_, rows, scratch->binding, begin, end}, &scratch->estimator,
                          scratch->margins.data());
    ApplyLink(estimator_->link(), scratch->margins.data(), end - begin, model_->classes_size(),
              scores->values.data() + begin * output_count_);
  }
  return absl::OkStatus();
}

}  // namespace serin
