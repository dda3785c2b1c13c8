#ifndef SERIN_SERVER_PREDICT_WANTED_VERSIONS_H_
#define SERIN_SERVER_PREDICT_WANTED_VERSIONS_H_

#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "serin/internal/v1/cluster_service.pb.h"
#include "server/predict/memory_budget.h"

namespace serin {

struct VersionName {
  std::string project;
  std::string model;  // {model}
  int32_t version = 0;

  friend auto operator<=>(const VersionName&, const VersionName&) = default;
};

// A version that the cluster wants served.
struct WantedVersion {
  VersionName name;
  std::string bundle_sha256;
  size_t bundle_bytes = 0;
  Need need = Need::kIdle;
};

// All versions of a state: those needed most first, else in the order of the state.
std::vector<WantedVersion> WantedVersions(const internal::v1::ClusterState& state);

}  // namespace serin

#endif  // SERIN_SERVER_PREDICT_WANTED_VERSIONS_H_
