#ifndef SERIN_SERVER_PREDICT_LOADED_MODEL_H_
#define SERIN_SERVER_PREDICT_LOADED_MODEL_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "core/base/resource_name.h"
#include "core/engine/predictor.h"
#include "core/explain/explainer.h"
#include "core/monitor/drift_counter.h"
#include "server/predict/feature_index.h"
#include "server/predict/oip/infer_counters.h"
#include "server/predict/predict_metrics.h"

namespace serin {

// A model version that answers. Immutable but for its counts, thread-safe; calls that have begun
// keep it alive when the version is unloaded.
struct LoadedModel : std::enable_shared_from_this<LoadedModel> {
  LoadedModel(std::string project, std::string model_id, int32_t version,
              std::unique_ptr<const Predictor> predictor,
              std::unique_ptr<const Explainer> explainer, std::unique_ptr<DriftCounter> drift,
              std::shared_ptr<const VersionMetrics> metrics)
      : project(std::move(project)),
        model_id(std::move(model_id)),
        version(version),
        name(ModelVersionName(this->model_id, version)),
        predictor(std::move(predictor)),
        explainer(std::move(explainer)),
        features(this->predictor->model().features(), this->predictor->model().target().name()),
        drift(std::move(drift)),
        metrics(std::move(metrics)) {}

  const std::string project;
  const std::string model_id;  // {model}
  const int32_t version;
  const std::string name;  // models/{model}/versions/{version}
  const std::unique_ptr<const Predictor> predictor;
  const std::unique_ptr<const Explainer> explainer;  // Of `predictor`.
  const FeatureIndex features;
  const std::unique_ptr<DriftCounter> drift;  // Null: the bundle has no profile of its training.
  const std::shared_ptr<const VersionMetrics> metrics;
  const std::unique_ptr<InferCounters> infer_counters = std::make_unique<InferCounters>();
  const size_t memory_bytes = CountMemory();  // That all of it takes, about.

 private:
  size_t CountMemory() const {
    return sizeof(*this) + predictor->memory_bytes() + features.memory_bytes() +
           (explainer == nullptr ? 0 : explainer->memory_bytes()) +
           (drift == nullptr ? 0 : drift->memory_bytes());
  }
};

}  // namespace serin

#endif  // SERIN_SERVER_PREDICT_LOADED_MODEL_H_
