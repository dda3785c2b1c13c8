#include "server/predict/log_settings.h"

#include "google/protobuf/util/message_differencer.h"

namespace serin {
namespace {

bool Says(const LogSetting& setting, const internal::v1::ModelState& model) {
  return setting.hash_key == model.log_hash_key() &&
         google::protobuf::util::MessageDifferencer::Equals(setting.log, model.prediction_log());
}

}  // namespace

void LogSettings::Apply(const internal::v1::ClusterState& state) {
  auto next = std::make_shared<Models>();
  for (const internal::v1::ModelState& model : state.models()) {
    if (!model.has_prediction_log()) continue;
    (*next)[model.project()][model.model()] = Make(model);
  }
  empty_ = next->empty();
  models_.Set(next);
}

std::shared_ptr<const LogSetting> LogSettings::Make(const internal::v1::ModelState& model) const {
  std::shared_ptr<const LogSetting> before = Find(model.project(), model.model());
  if (before != nullptr && Says(*before, model)) return before;
  return std::make_shared<const LogSetting>(
      LogSetting{.project = model.project(),
                 .model_id = model.model(),
                 .log = model.prediction_log(),
                 .hash_key = model.log_hash_key(),
                 .counters = metrics_->For(model.project(), model.model())});
}

std::shared_ptr<const LogSetting> LogSettings::Find(absl::string_view project,
                                                    absl::string_view model) const {
  const std::shared_ptr<const Models> models = models_.Get();
  const auto of_project = models->find(project);
  if (of_project == models->end()) return nullptr;
  const auto found = of_project->second.find(model);
  return found == of_project->second.end() ? nullptr : found->second;
}

}  // namespace serin
