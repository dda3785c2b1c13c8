#include "server/control/cluster_state.h"

#include <algorithm>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "core/base/resource_name.h"
#include "core/base/status_macros.h"
#include "core/storage/records.h"
#include "serin/internal/v1/records.pb.h"
#include "server/control/keys.h"

namespace serin {
namespace {

using internal::v1::ClusterState;
using internal::v1::ModelState;
using internal::v1::VersionState;

bool IsModel(const ModelState& state, absl::string_view project, absl::string_view model) {
  return state.model() == model && state.project() == project;
}

// Of a store that was never changed. Members take 0 for not having heard from control.
constexpr uint64_t kFirstRevision = 1;

absl::StatusOr<uint64_t> LoadRevision(const StoreReader& reader) {
  const absl::StatusOr<std::string> text = reader.Get(RevisionKey());
  if (absl::IsNotFound(text.status())) return kFirstRevision;
  SERIN_RETURN_IF_ERROR(text.status());
  uint64_t revision = 0;
  if (absl::SimpleAtoi(*text, &revision)) return revision;
  return absl::DataLossError("storage: the revision of the cluster is not a number");
}

// Visits every record of type Record under a prefix, until one is an error.
template <typename Record, typename Visitor>
absl::Status ScanRecords(const StoreReader& reader, const std::string& prefix, Visitor visit) {
  absl::Status error;
  SERIN_RETURN_IF_ERROR(
      reader.Scan(prefix, "", [&](absl::string_view key, absl::string_view value) {
        const absl::StatusOr<Record> record = ParseRecord<Record>(key, value);
        error = record.ok() ? visit(*record) : record.status();
        return error.ok();
      }));
  return error;
}

absl::Status LoadVersions(const StoreReader& reader, ModelState& model) {
  return ScanRecords<internal::v1::ModelVersionRecord>(
      reader, ModelVersionsPrefix(model.project(), model.model()), [&](const auto& record) {
        VersionState& version = *model.add_versions();
        version.set_version(record.version().version());
        version.set_bundle_sha256(record.version().bundle_sha256());
        version.set_bundle_bytes(record.version().bundle_bytes());
        return absl::OkStatus();
      });
}

absl::Status LoadModels(const StoreReader& reader, const std::string& project,
                        ClusterState& state) {
  return ScanRecords<internal::v1::ModelRecord>(
      reader, ModelsPrefix(project), [&](const auto& record) -> absl::Status {
        SERIN_ASSIGN_OR_RETURN(const std::string id, ParseModelName("name", record.model().name()));
        ModelState& model = *InsertModel(state, project, id);
        *model.mutable_traffic() = record.model().traffic();
        *model.mutable_shadows() = record.model().shadows();
        *model.mutable_aliases() = record.model().aliases();
        if (record.model().has_prediction_log()) {
          *model.mutable_prediction_log() = record.model().prediction_log();
        }
        model.set_log_hash_key(record.log_hash_key());
        return LoadVersions(reader, model);
      });
}

}  // namespace

absl::StatusOr<ClusterState> LoadClusterState(const StoreReader& reader) {
  ClusterState state;
  SERIN_ASSIGN_OR_RETURN(const uint64_t revision, LoadRevision(reader));
  state.set_revision(revision);
  SERIN_ASSIGN_OR_RETURN(const std::vector<std::string> projects, ListProjects(reader));
  for (const std::string& project : projects) {
    SERIN_RETURN_IF_ERROR(LoadModels(reader, project, state));
  }
  return state;
}

const ModelState* FindModel(const ClusterState& state, absl::string_view project,
                            absl::string_view model) {
  for (const ModelState& candidate : state.models()) {
    if (IsModel(candidate, project, model)) return &candidate;
  }
  return nullptr;
}

ModelState* FindModel(ClusterState& state, absl::string_view project, absl::string_view model) {
  return const_cast<ModelState*>(FindModel(std::as_const(state), project, model));
}

ModelState* InsertModel(ClusterState& state, absl::string_view project, absl::string_view model) {
  ModelState* added = state.add_models();
  added->set_project(std::string(project));
  added->set_model(std::string(model));
  const auto order = [&](int i) {
    return std::tie(state.models(i).project(), state.models(i).model());
  };
  int place = state.models_size() - 1;
  for (; place > 0 && order(place) < order(place - 1); --place) {
    state.mutable_models()->SwapElements(place, place - 1);
  }
  return state.mutable_models(place);
}

void EraseModel(ClusterState& state, absl::string_view project, absl::string_view model) {
  auto* models = state.mutable_models();
  models->erase(
      std::remove_if(models->begin(), models->end(),
                     [&](const ModelState& state) { return IsModel(state, project, model); }),
      models->end());
}

const VersionState* FindVersion(const ModelState& model, int32_t version) {
  for (const VersionState& candidate : model.versions()) {
    if (candidate.version() == version) return &candidate;
  }
  return nullptr;
}

void EraseVersion(ModelState& model, int32_t version) {
  auto* versions = model.mutable_versions();
  versions->erase(
      std::remove_if(versions->begin(), versions->end(),
                     [&](const VersionState& state) { return state.version() == version; }),
      versions->end());
}

bool UsesBundle(const ClusterState& state, absl::string_view project, absl::string_view sha256) {
  for (const ModelState& model : state.models()) {
    if (model.project() != project) continue;
    for (const VersionState& version : model.versions()) {
      if (version.bundle_sha256() == sha256) return true;
    }
  }
  return false;
}

}  // namespace serin
