#ifndef SERIN_SERVER_PREDICT_ENCODE_SCORES_H_
#define SERIN_SERVER_PREDICT_ENCODE_SCORES_H_

#include "core/engine/predictor.h"
#include "serin/internal/v1/bundle.pb.h"
#include "serin/v1/predict_service.pb.h"

namespace serin {

// The answer to a call, one prediction per row of `scores`, without its id and version. `scores`
// are those of `model`.
v1::PredictResponse EncodeScores(const internal::v1::Predictor& model, const Scores& scores);

}  // namespace serin

#endif  // SERIN_SERVER_PREDICT_ENCODE_SCORES_H_
