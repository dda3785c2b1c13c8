#ifndef SERIN_SERVER_PREDICT_LOADED_MODEL_H_
#define SERIN_SERVER_PREDICT_LOADED_MODEL_H_

#include <memory>
#include <string>
#include <utility>

#include "core/engine/predictor.h"
#include "core/explain/explainer.h"
#include "server/predict/feature_index.h"
#include "server/predict/oip/infer_counters.h"
#include "server/predict/predict_metrics.h"

namespace serin {

// A model version that answers. Immutable, thread-safe; calls that have begun keep it alive when
// the version is unloaded.
struct LoadedModel {
  LoadedModel(std::string name, std::unique_ptr<const Predictor> predictor,
              std::unique_ptr<const Explainer> explainer,
              std::shared_ptr<const VersionMetrics> metrics)
      : name(std::move(name)),
        predictor(std::move(predictor)),
        explainer(std::move(explainer)),
        features(this->predictor->model().features(), this->predictor->model().target().name()),
        metrics(std::move(metrics)) {}

  const std::string name;  // models/{model}/versions/{version}
  const std::unique_ptr<const Predictor> predictor;
  const std::unique_ptr<const Explainer> explainer;  // Of `predictor`.
  const FeatureIndex features;
  const std::shared_ptr<const VersionMetrics> metrics;
  const std::unique_ptr<InferCounters> infer_counters = std::make_unique<InferCounters>();
};

}  // namespace serin

#endif  // SERIN_SERVER_PREDICT_LOADED_MODEL_H_
