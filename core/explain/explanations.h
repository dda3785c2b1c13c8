#ifndef SERIN_CORE_EXPLAIN_EXPLANATIONS_H_
#define SERIN_CORE_EXPLAIN_EXPLANATIONS_H_

#include <cstdint>
#include <functional>
#include <vector>

#include "core/engine/predictor.h"
#include "serin/v1/predict_service.pb.h"

namespace serin {

// Asked now and then by work that takes long: true to end it.
using StopFn = std::function<bool()>;

// What moved the predictions for a table of rows. Outputs are those of ExplainResponse: one for
// regression and two classes (of the second class), else one per class.
struct Explanations {
  v1::ExplainResponse::Method method = v1::ExplainResponse::METHOD_UNSPECIFIED;
  v1::ExplainResponse::Scale scale = v1::ExplainResponse::SCALE_UNSPECIFIED;
  // What Predictor::Score gives for the rows.
  Scores predictions;
  // One per output.
  std::vector<double> bases;
  // rows x outputs, row by row: what is explained, on `scale`.
  std::vector<double> scores;
  // rows x outputs x features.
  std::vector<double> contributions;
  // Standard errors of the contributions, if METHOD_SAMPLED; else empty.
  std::vector<double> errors;
};

}  // namespace serin

#endif  // SERIN_CORE_EXPLAIN_EXPLANATIONS_H_
