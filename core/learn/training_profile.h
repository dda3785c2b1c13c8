#ifndef SERIN_CORE_LEARN_TRAINING_PROFILE_H_
#define SERIN_CORE_LEARN_TRAINING_PROFILE_H_

#include <cstddef>
#include <vector>

#include "absl/status/statusor.h"
#include "core/engine/predictor.h"
#include "core/learn/examples.h"
#include "serin/internal/v1/bundle.pb.h"

namespace serin {

// How the examples at `indexes`, at least one, are distributed, which `model` was fitted on, and
// what `predictor`, made of it, answers for them. Of more than 20,000, so many are taken, evenly
// spaced: enough that chance moves a population stability index by less than 0.001, and no
// noticeable part of a training.
absl::StatusOr<internal::v1::TrainingProfile> MakeTrainingProfile(
    const internal::v1::Predictor& model, const Predictor& predictor, const Examples& examples,
    const std::vector<size_t>& indexes);

}  // namespace serin

#endif  // SERIN_CORE_LEARN_TRAINING_PROFILE_H_
