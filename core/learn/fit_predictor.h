#ifndef SERIN_CORE_LEARN_FIT_PREDICTOR_H_
#define SERIN_CORE_LEARN_FIT_PREDICTOR_H_

#include <cstddef>
#include <vector>

#include "absl/status/statusor.h"
#include "core/learn/examples.h"
#include "core/learn/progress.h"
#include "serin/internal/v1/bundle.pb.h"
#include "serin/v1/job.pb.h"

namespace serin {

// Fits pipeline and estimator of a resolved specification without search on the examples at
// `indexes`, which have a row of every class, with progress in Stage::kTraining. INVALID_ARGUMENT
// for what only the data can tell, as TrainModel has it; CANCELLED once `progress` is false.
absl::StatusOr<internal::v1::Predictor> FitPredictor(const Examples& examples,
                                                     const std::vector<size_t>& indexes,
                                                     const v1::TrainingSpec& spec,
                                                     const ProgressSink& progress);

}  // namespace serin

#endif  // SERIN_CORE_LEARN_FIT_PREDICTOR_H_
