#include "core/learn/training_profile.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include "core/base/parallel.h"
#include "core/base/status_macros.h"
#include "core/learn/training_threads.h"
#include "core/monitor/distribution.h"
#include "core/pipeline/pipeline.h"

namespace serin {
namespace {

constexpr size_t kMaxRows = 20'000;
// Numbers that the pipeline's outputs are held in, a block of rows at a time.
constexpr size_t kMaxBlockInputs = size_t{1} << 20;

std::vector<size_t> EvenlySpaced(const std::vector<size_t>& indexes) {
  if (indexes.size() <= kMaxRows) return indexes;
  std::vector<size_t> taken;
  taken.reserve(kMaxRows);
  for (size_t i = 0; i < kMaxRows; ++i) taken.push_back(indexes[i * indexes.size() / kMaxRows]);
  return taken;
}

// The most probable class of each row (on a tie the first), or its value: as a column.
ColumnData AnswersOf(const internal::v1::Predictor& model, Scores scores) {
  ColumnData answers;
  if (model.task() != v1::TASK_CLASSIFICATION) {
    answers.type = v1::COLUMN_TYPE_NUMBER;
    answers.numbers = std::move(scores.values);
    return answers;
  }
  answers.type = v1::COLUMN_TYPE_CATEGORY;
  answers.dictionary.assign(model.classes().begin(), model.classes().end());
  for (size_t row = 0; row < scores.row_count; ++row) {
    const double* begin = scores.values.data() + row * scores.output_count;
    const double* best = std::max_element(begin, begin + scores.output_count);
    answers.codes.push_back(static_cast<int32_t>(best - begin));
  }
  return answers;
}

// Mean of each input over the rows in which it is not NaN; 0 for one that always is.
class InputMeans {
 public:
  explicit InputMeans(size_t input_count) : sums_(input_count), counts_(input_count) {}

  // `inputs`: rows x inputs, row by row.
  void Add(const std::vector<double>& inputs, size_t rows) {
    for (size_t row = 0; row < rows; ++row) {
      for (size_t i = 0; i < sums_.size(); ++i) {
        const double input = inputs[row * sums_.size() + i];
        if (std::isnan(input)) continue;
        sums_[i] += input;
        ++counts_[i];
      }
    }
  }

  double operator[](size_t input) const {
    return counts_[input] == 0 ? 0 : sums_[input] / static_cast<double>(counts_[input]);
  }

 private:
  std::vector<double> sums_;
  std::vector<int64_t> counts_;
};

absl::StatusOr<InputMeans> MeansOfInputs(const internal::v1::Predictor& model, const Table& rows) {
  SERIN_ASSIGN_OR_RETURN(const Pipeline pipeline,
                         Pipeline::Create(model.pipeline(), model.features()));
  const size_t inputs = pipeline.output_count();
  const size_t row_count = rows.row_count();
  const size_t block = std::min(row_count, std::max<size_t>(1, kMaxBlockInputs / inputs));
  const Pipeline::Binding binding = pipeline.Bind(rows);
  std::vector<double> matrix(block * inputs);
  InputMeans means(inputs);
  for (size_t begin = 0; begin < row_count; begin += block) {
    const size_t end = std::min(row_count, begin + block);
    pipeline.Apply(rows, binding, begin, end, matrix.data());
    means.Add(matrix, end - begin);
  }
  return means;
}

std::vector<internal::v1::ColumnDistribution> DistributionsOf(const Table& rows) {
  std::vector<internal::v1::ColumnDistribution> distributions(rows.columns.size());
  ParallelFor(rows.columns.size(), TrainingThreads(rows.columns.size() * rows.row_count()),
              [&](size_t i) {
                distributions[i] = DistributionOf(rows.columns[i]);
                return absl::OkStatus();
              })
      .IgnoreError();
  return distributions;
}

}  // namespace

absl::StatusOr<internal::v1::TrainingProfile> MakeTrainingProfile(
    const internal::v1::Predictor& model, const Predictor& predictor, const Examples& examples,
    const std::vector<size_t>& indexes) {
  const Table rows = TakeFeatures(examples, EvenlySpaced(indexes));
  SERIN_ASSIGN_OR_RETURN(Scores scores, predictor.Score(rows));
  SERIN_ASSIGN_OR_RETURN(const InputMeans means, MeansOfInputs(model, rows));
  internal::v1::TrainingProfile profile;
  profile.set_row_count(static_cast<int64_t>(rows.row_count()));
  for (internal::v1::ColumnDistribution& feature : DistributionsOf(rows)) {
    *profile.add_features() = std::move(feature);
  }
  *profile.mutable_prediction() = DistributionOf(AnswersOf(model, std::move(scores)));
  for (size_t i = 0; i < predictor.input_count(); ++i) profile.add_input_means(means[i]);
  return profile;
}

}  // namespace serin
