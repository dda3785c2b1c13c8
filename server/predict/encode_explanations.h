#ifndef SERIN_SERVER_PREDICT_ENCODE_EXPLANATIONS_H_
#define SERIN_SERVER_PREDICT_ENCODE_EXPLANATIONS_H_

#include "core/explain/explanations.h"
#include "serin/internal/v1/bundle.pb.h"
#include "serin/v1/predict_service.pb.h"

namespace serin {

// The answer to a call, without its id and version. `explanations` are those of `model`.
v1::ExplainResponse EncodeExplanations(const internal::v1::Predictor& model,
                                       const Explanations& explanations);

}  // namespace serin

#endif  // SERIN_SERVER_PREDICT_ENCODE_EXPLANATIONS_H_
