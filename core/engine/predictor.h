#ifndef SERIN_CORE_ENGINE_PREDICTOR_H_
#define SERIN_CORE_ENGINE_PREDICTOR_H_

#include <cstddef>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "core/engine/estimator.h"
#include "core/pipeline/pipeline.h"
#include "core/table/table.h"
#include "serin/internal/v1/bundle.pb.h"

namespace serin {

// The answers for a table of rows.
struct Scores {
  size_t row_count = 0;
  size_t output_count = 0;
  // row_count x output_count, row by row. Classification: the probability of each class, in order
  // of Predictor::model().classes(). Regression: one value.
  std::vector<double> values;
  // In order of feature, then row.
  std::vector<UnseenCategory> unseen;
};

// What scoring works in, used again from call to call so that a call of the same size allocates
// nothing. Of one thread at a time; any predictor's.
struct ScoreScratch {
  Pipeline::Binding binding;
  EstimatorScratch estimator;
  std::vector<double> margins;
};

// A model in the form that answers predictions: pipeline, estimator and link function. Immutable
// and thread-safe. The same model and row give the same bits on every processor and whatever the
// other rows of the call.
class Predictor {
 public:
  // Takes any message: one that does not describe a model is INVALID_ARGUMENT, saying what is wrong
  // and where, and one that is accepted can be scored without further checks. Keeps nothing of the
  // message but what model() has.
  static absl::StatusOr<std::unique_ptr<const Predictor>> Create(
      const internal::v1::Predictor& model);

  // Task, features, target and classes. The rest, which can be large, is there only in the form
  // that it is used in.
  const internal::v1::Predictor& model() const { return *model_; }
  // The same for those who need it longer than the predictor is there.
  const std::shared_ptr<const internal::v1::Predictor>& shared_model() const { return model_; }

  // Outputs per row: the number of classes, or 1.
  size_t output_count() const { return output_count_; }

  // Numbers that the pipeline makes of a row.
  size_t input_count() const { return pipeline_.output_count(); }

  // About how much memory it takes. The pipeline counts as its message.
  size_t memory_bytes() const { return memory_bytes_; }

  // Scores all rows. The table's columns are model().features(), in order; INVALID_ARGUMENT if
  // their number, types or lengths are others. Names are not looked at. Values may be missing.
  absl::StatusOr<Scores> Score(const Table& rows) const;
  // The same into `scores`, whose memory is used again. After an error its content is anything.
  absl::Status Score(const Table& rows, ScoreScratch* scratch, Scores* scores) const;

 private:
  Predictor(internal::v1::Predictor model, Pipeline pipeline,
            std::unique_ptr<const Estimator> estimator, size_t memory_bytes);

  absl::Status CheckColumns(const Table& rows) const;

  const std::shared_ptr<const internal::v1::Predictor> model_;
  const Pipeline pipeline_;
  const std::unique_ptr<const Estimator> estimator_;
  const size_t output_count_;
  const size_t memory_bytes_;
};

}  // namespace serin

#endif  // SERIN_CORE_ENGINE_PREDICTOR_H_
