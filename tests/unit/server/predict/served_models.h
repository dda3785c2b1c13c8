#ifndef SERIN_TESTS_UNIT_SERVER_PREDICT_SERVED_MODELS_H_
#define SERIN_TESTS_UNIT_SERVER_PREDICT_SERVED_MODELS_H_

#include <prometheus/registry.h>

#include <map>
#include <string>
#include <vector>

#include "server/predict/model_host.h"
#include "tests/unit/server/predict/tiny_model.h"

namespace serin {

// A model host with the bundles that a test gives it.
class ServedModels {
 public:
  // Serves these as versions 1, 2, ... of model `flower`; false if one of them cannot be fetched.
  bool Serve(const std::vector<internal::v1::Bundle>& bundles) {
    internal::v1::ClusterState state;
    state.set_revision(1);
    auto* model = state.add_models();
    model->set_project("default");
    model->set_model("flower");
    for (const auto& bundle : bundles) {
      const StoredBundle stored(bundle);
      bundles_[stored.sha256] = stored.bytes;
      auto* version = model->add_versions();
      version->set_version(model->versions_size());
      version->set_bundle_sha256(stored.sha256);
    }
    return host_.Apply(state);
  }

  ModelHost* host() { return &host_; }
  prometheus::Registry& registry() { return registry_; }

 private:
  std::map<std::string, std::string> bundles_;  // By SHA-256.
  prometheus::Registry registry_;
  PredictMetrics metrics_{&registry_};
  ModelHost host_{
      [this](const std::string&, const std::string& sha256) { return bundles_.at(sha256); },
      &metrics_};
};

}  // namespace serin

#endif  // SERIN_TESTS_UNIT_SERVER_PREDICT_SERVED_MODELS_H_
