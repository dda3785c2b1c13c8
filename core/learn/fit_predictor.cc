#include "core/learn/fit_predictor.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/parallel.h"
#include "core/base/status_macros.h"
#include "core/learn/algorithm.h"
#include "core/learn/training_threads.h"
#include "core/pipeline/fit.h"
#include "core/pipeline/pipeline.h"
#include "core/table/schema.h"

namespace serin {
namespace {

// Numbers in the largest matrices that an estimator is fitted on, of inputs and of a score per
// class: 4 GiB.
constexpr size_t kMaxTrainingCells = size_t{1} << 29;

// Of a block of rows, which then takes 128 KiB.
constexpr size_t kBlockInputs = size_t{1} << 14;

absl::Status CheckMatrixSize(size_t rows, size_t inputs, size_t classes) {
  if (inputs == 0) {
    return InvalidField("features", "none of them has a value in the training rows");
  }
  if (rows <= kMaxTrainingCells / (inputs + classes)) return absl::OkStatus();
  return InvalidField(
      "features",
      absl::StrCat(rows, " rows become ", inputs, " inputs and ", classes,
                   " scores of classes each; at most ", kMaxTrainingCells,
                   " numbers in all can be trained on. Leave out rows, or columns with many "
                   "categories"));
}

// Block by block, for columns are written into rows and a block of those stays in cache.
absl::Status FillInputs(const Pipeline& pipeline, const Table& features, TrainingSet* set) {
  set->inputs.resize(set->row_count * set->input_count);
  const size_t block = std::max<size_t>(kBlockInputs / set->input_count, 1);
  const Pipeline::Binding binding = pipeline.Bind(features);
  return ParallelFor(
      (set->row_count + block - 1) / block, TrainingThreads(set->inputs.size()), [&](size_t i) {
        const size_t begin = i * block;
        pipeline.Apply(features, binding, begin, std::min(begin + block, set->row_count),
                       set->inputs.data() + begin * set->input_count);
        return absl::OkStatus();
      });
}

absl::StatusOr<TrainingSet> MakeTrainingSet(const internal::v1::Predictor& model,
                                            const Table& features, std::vector<double> targets) {
  SERIN_ASSIGN_OR_RETURN(const Pipeline pipeline,
                         Pipeline::Create(model.pipeline(), model.features()));
  const size_t rows = features.row_count();
  SERIN_RETURN_IF_ERROR(
      CheckMatrixSize(rows, pipeline.output_count(), static_cast<size_t>(model.classes_size())));
  TrainingSet set{rows,
                  pipeline.output_count(),
                  {},
                  std::move(targets),
                  static_cast<size_t>(model.classes_size()),
                  DescribeInputs(model.pipeline())};
  SERIN_RETURN_IF_ERROR(FillInputs(pipeline, features, &set));
  return set;
}

// Iterations as progress of the job.
IterationSink ReportIterations(const ProgressSink& progress) {
  return [&progress](const Iteration& iteration) {
    v1::JobProgress report =
        ProgressAt(Stage::kTraining, static_cast<double>(iteration.number) / iteration.planned);
    report.set_iteration(iteration.number);
    report.set_iteration_count(iteration.planned);
    if (iteration.loss) report.set_loss(*iteration.loss);
    if (iteration.validation_loss) report.set_validation_loss(*iteration.validation_loss);
    return progress(report);
  };
}

// All of the model that is known before anything is fitted.
internal::v1::Predictor EmptyModel(const Examples& examples, v1::Task task) {
  internal::v1::Predictor model;
  model.set_task(task);
  *model.mutable_features() = SchemaOf(examples.features);
  *model.mutable_target() = examples.target;
  model.mutable_classes()->Add(examples.labels.classes.begin(), examples.labels.classes.end());
  return model;
}

}  // namespace

absl::StatusOr<internal::v1::Predictor> FitPredictor(const Examples& examples,
                                                     const std::vector<size_t>& indexes,
                                                     const v1::TrainingSpec& spec,
                                                     const ProgressSink& progress) {
  const Algorithm* algorithm = FindAlgorithm(spec.algorithm());
  if (algorithm == nullptr) return absl::InternalError("the specification was not resolved");
  internal::v1::Predictor model = EmptyModel(examples, spec.task());
  SERIN_RETURN_IF_ERROR(
      CheckClassKeys(spec.hyperparameters(), algorithm->description, model.classes()));
  const Table features = TakeFeatures(examples, indexes);
  std::vector<double> targets = TakeValues(examples.labels, indexes);
  SERIN_ASSIGN_OR_RETURN(
      *model.mutable_pipeline(),
      FitPipeline(features, spec.preprocessing(), {targets, examples.labels.classes.size()},
                  TrainingThreads(features.columns.size() * features.row_count())));
  SERIN_ASSIGN_OR_RETURN(const TrainingSet set,
                         MakeTrainingSet(model, features, std::move(targets)));
  if (!progress(ProgressAt(Stage::kTraining, 0)))
    return absl::CancelledError("training was stopped");
  SERIN_RETURN_IF_ERROR(algorithm->fit(set, Hyperparameters(spec.hyperparameters()), spec.seed(),
                                       ReportIterations(progress), &model));
  return model;
}

}  // namespace serin
