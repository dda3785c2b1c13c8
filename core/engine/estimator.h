#ifndef SERIN_CORE_ENGINE_ESTIMATOR_H_
#define SERIN_CORE_ENGINE_ESTIMATOR_H_

#include <cstddef>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "core/engine/link.h"
#include "core/pipeline/pipeline.h"
#include "core/table/table.h"
#include "serin/internal/v1/bundle.pb.h"

namespace serin {

// Rows of a table, as they are before the pipeline.
struct TableRows {
  const Pipeline& pipeline;
  const Table& table;
  const Pipeline::Binding& binding;  // Of the table.
  size_t begin;
  size_t end;

  size_t count() const { return end - begin; }
};

// What estimators work in, used again from call to call. Of one thread at a time; any estimator's.
struct EstimatorScratch {
  std::vector<double> inputs;
  std::vector<float> of_block;  // Of all rows.
  std::vector<float> values;    // Of one row.
  std::vector<float> sums;
};

// A fitted estimator compiled for scoring: rows of inputs to rows of margins, the scores before the
// link function. Immutable and thread-safe.
class Estimator {
 public:
  virtual ~Estimator() = default;

  // Margins per row: one for regression and for two classes (of the second class), else one per
  // class.
  virtual size_t margin_count() const = 0;

  // What makes outputs of the margins.
  virtual Link link() const { return Link::kLogit; }

  // Reads row_count x input_count doubles and writes row_count x margin_count(), both row by row.
  virtual void Score(const double* inputs, size_t row_count, double* margins) const = 0;

  // The same of rows that are not encoded yet: by default, has the pipeline encode them. Estimators
  // that begin with products of inputs and weights do without.
  virtual void ScoreRows(const TableRows& rows, EstimatorScratch* scratch, double* margins) const;

  // How many numbers per row ScoreRows has in memory, for a pipeline of so many outputs.
  virtual size_t NumbersPerRow(size_t input_count) const { return input_count; }

  // Memory that it takes, in bytes.
  virtual size_t memory_bytes() const = 0;
};

// Margins that a model with this many classes (0: regression) has.
inline size_t MarginsFor(size_t class_count) { return class_count <= 2 ? 1 : class_count; }

// Compiles the estimator of `model` for rows of `input_count` inputs, with the fastest engine that
// can run it. INVALID_ARGUMENT if the message is not an estimator for such rows.
absl::StatusOr<std::unique_ptr<const Estimator>> MakeEstimator(const internal::v1::Predictor& model,
                                                               size_t input_count);

}  // namespace serin

#endif  // SERIN_CORE_ENGINE_ESTIMATOR_H_
