#ifndef SERIN_SERVER_WORKER_BATCH_SCORING_H_
#define SERIN_SERVER_WORKER_BATCH_SCORING_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "core/engine/predictor.h"
#include "serin/v1/dataset_service.pb.h"
#include "serin/v1/job.pb.h"

namespace serin {

// From rows as they are read to rows as they are appended: scored, with the kept columns handed
// through as they came. Immutable and thread-safe.
class BatchScoring {
 public:
  // `predictor` outlives it; `input` is the input's schema. INVALID_ARGUMENT as BatchOutputSchema
  // (core/batch/answer_columns.h) says.
  static absl::StatusOr<BatchScoring> Create(const Predictor& predictor,
                                             const v1::BatchPrediction& wanted,
                                             const v1::Schema& input);

  // What has to be read: the kept columns, then the features that are none of them.
  const std::vector<std::string>& columns() const { return columns_; }
  const v1::Schema& output() const { return output_; }

  // `rows` has columns(). INTERNAL if it has others.
  absl::StatusOr<v1::RowBatch> Answer(v1::ReadRowsResponse rows) const;

 private:
  BatchScoring(const Predictor& predictor, const v1::BatchPrediction& wanted)
      : predictor_(predictor), model_version_(wanted.model_version()) {}

  const Predictor& predictor_;
  std::string model_version_;
  std::vector<std::string> columns_;
  int kept_count_ = 0;
  std::vector<int> features_;  // Per feature: which of columns_.
  v1::Schema output_;
};

}  // namespace serin

#endif  // SERIN_SERVER_WORKER_BATCH_SCORING_H_
