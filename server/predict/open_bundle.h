#ifndef SERIN_SERVER_PREDICT_OPEN_BUNDLE_H_
#define SERIN_SERVER_PREDICT_OPEN_BUNDLE_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "server/predict/loaded_model.h"
#include "server/predict/predict_metrics.h"
#include "server/predict/wanted_versions.h"

namespace serin {

// Makes of a bundle the model version that it is fetched for. Any error, among them bytes that do
// not have the SHA-256 and a model that does not reproduce its golden rows, is one of the bundle:
// trying again would not help.
absl::StatusOr<std::shared_ptr<const LoadedModel>> OpenBundle(std::string bytes,
                                                              const WantedVersion& wanted,
                                                              PredictMetrics* metrics);

}  // namespace serin

#endif  // SERIN_SERVER_PREDICT_OPEN_BUNDLE_H_
