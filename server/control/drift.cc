#include "server/control/drift.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "core/base/clock.h"
#include "core/base/errors.h"
#include "core/base/status_macros.h"
#include "core/bundle/bundle.h"
#include "core/monitor/drift.h"
#include "server/control/bundle_store.h"

namespace serin {
namespace {

using internal::v1::BinCounts;
using internal::v1::TrainingProfile;
using internal::v1::VersionDistribution;

absl::StatusOr<std::string> ReadBundle(const StoreReader& store, absl::string_view project,
                                       const v1::ModelVersion& version) {
  std::string bytes;
  for (int32_t chunk = 0; static_cast<int64_t>(bytes.size()) < version.bundle_bytes(); ++chunk) {
    SERIN_ASSIGN_OR_RETURN(const std::string piece,
                           ReadBundleChunk(store, project, version.bundle_sha256(), chunk));
    bytes += piece;
  }
  return bytes;
}

}  // namespace

absl::StatusOr<TrainingProfile> ReadTrainingProfile(const StoreReader& store,
                                                    absl::string_view project,
                                                    const v1::ModelVersion& version) {
  SERIN_ASSIGN_OR_RETURN(const std::string bytes, ReadBundle(store, project, version));
  SERIN_ASSIGN_OR_RETURN(internal::v1::Bundle bundle, DecodeBundle(bytes));
  TrainingProfile profile = std::move(*bundle.mutable_profile());
  if (profile.features_size() == version.features().columns_size()) return profile;
  return WithReason(
      absl::FailedPreconditionError(absl::StrCat(
          version.name(),
          " has no profile of its training, as it is older than those or was imported")),
      "NO_TRAINING_PROFILE");
}

v1::Drift DriftOf(const v1::ModelVersion& version, const TrainingProfile& profile,
                  const std::vector<VersionDistribution>& reports) {
  const int columns = profile.features_size();
  std::vector<BinCounts> features(static_cast<size_t>(columns));
  BinCounts prediction;
  v1::Drift drift;
  drift.set_model_version(version.name());
  absl::Time start = absl::InfiniteFuture();
  for (const VersionDistribution& report : reports) {
    if (report.features_size() != columns || report.row_count() == 0) continue;
    drift.set_rows(drift.rows() + report.row_count());
    start = std::min(start, FromProto(report.start_time()));
    for (int i = 0; i < columns; ++i) AddCounts(report.features(i), &features[i]);
    AddCounts(report.prediction(), &prediction);
  }
  if (drift.rows() > 0) *drift.mutable_start_time() = ToProto(start);
  for (int i = 0; i < columns; ++i) {
    *drift.add_features() = CompareDistributions(version.features().columns(i).name(),
                                                 profile.features(i), features[i]);
  }
  *drift.mutable_prediction() =
      CompareDistributions(version.target().name(), profile.prediction(), prediction);
  return drift;
}

}  // namespace serin
