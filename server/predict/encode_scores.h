#ifndef SERIN_SERVER_PREDICT_ENCODE_SCORES_H_
#define SERIN_SERVER_PREDICT_ENCODE_SCORES_H_

#include "core/engine/predictor.h"
#include "serin/internal/v1/bundle.pb.h"
#include "serin/v1/predict_service.pb.h"

namespace serin {

// Fills in the empty answer to a call, one prediction per row of `scores`, without its id and
// version. `scores` are those of `model`.
void EncodeScores(const internal::v1::Predictor& model, const Scores& scores,
                  v1::PredictResponse* response);

}  // namespace serin

#endif  // SERIN_SERVER_PREDICT_ENCODE_SCORES_H_
