#ifndef SERIN_SERVER_PREDICT_VERSION_TABLE_H_
#define SERIN_SERVER_PREDICT_VERSION_TABLE_H_

#include <cstdint>
#include <memory>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "server/predict/hosted_version.h"

namespace serin {

// The versions of a predictor at one moment. Immutable, so thread-safe.
class VersionTable {
 public:
  using Versions = std::vector<std::shared_ptr<const HostedVersion>>;

  VersionTable() = default;
  // In order of name, each once.
  explicit VersionTable(Versions versions) : versions_(std::move(versions)) {
    by_name_.reserve(versions_.size());
    for (const auto& version : versions_) {
      const VersionName& name = version->wanted.name;
      by_name_.insert({{name.project, name.model, name.version}, version.get()});
    }
  }

  const Versions& versions() const { return versions_; }

  // Null for one that the cluster does not want; else valid as long as the table. Allocates
  // nothing.
  const HostedVersion* Find(absl::string_view project, absl::string_view model,
                            int32_t version) const {
    const auto it = by_name_.find({project, model, version});
    return it == by_name_.end() ? nullptr : it->second;
  }

 private:
  using Key = std::tuple<absl::string_view, absl::string_view, int32_t>;

  Versions versions_;
  absl::flat_hash_map<Key, const HostedVersion*> by_name_;  // Keys are texts of `versions_`.
};

}  // namespace serin

#endif  // SERIN_SERVER_PREDICT_VERSION_TABLE_H_
