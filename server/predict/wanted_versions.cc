#include "server/predict/wanted_versions.h"

#include <algorithm>
#include <map>

namespace serin {
namespace {

using internal::v1::ModelState;

// By version; those that are not there are idle.
std::map<int32_t, Need> NeedsOf(const ModelState& model) {
  std::map<int32_t, Need> needs;
  for (const auto& [alias, version] : model.aliases()) needs[version] = Need::kNamed;
  for (const auto& shadow : model.shadows()) needs[shadow.version()] = Need::kNamed;
  for (const auto& share : model.traffic()) {
    if (share.weight() > 0) needs[share.version()] = Need::kTraffic;
  }
  for (const int32_t version : model.preload()) needs[version] = Need::kTraffic;
  return needs;
}

}  // namespace

std::vector<WantedVersion> WantedVersions(const internal::v1::ClusterState& state) {
  std::vector<WantedVersion> wanted;
  for (const ModelState& model : state.models()) {
    const std::map<int32_t, Need> needs = NeedsOf(model);
    for (const auto& version : model.versions()) {
      const auto need = needs.find(version.version());
      wanted.push_back({.name = {model.project(), model.model(), version.version()},
                        .bundle_sha256 = version.bundle_sha256(),
                        .bundle_bytes = static_cast<size_t>(version.bundle_bytes()),
                        .need = need == needs.end() ? Need::kIdle : need->second});
    }
  }
  std::stable_sort(wanted.begin(), wanted.end(),
                   [](const WantedVersion& a, const WantedVersion& b) { return a.need > b.need; });
  return wanted;
}

}  // namespace serin
