#include "server/control/model_registry.h"

#include <algorithm>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/hmac.h"
#include "core/base/resource_name.h"
#include "core/base/sha256.h"
#include "core/base/status_macros.h"
#include "core/monitor/hashed_column.h"
#include "core/storage/disk_room.h"
#include "core/storage/records.h"
#include "serin/internal/v1/records.pb.h"
#include "server/control/bundle_store.h"
#include "server/control/cluster_state.h"
#include "server/control/disk_reserve.h"
#include "server/control/keys.h"
#include "server/control/promotion.h"

namespace serin {
namespace {

using internal::v1::ClusterState;
using internal::v1::ModelState;
using internal::v1::VersionState;

// What the store has of a batch until its log has become a table.
constexpr size_t kCopiesOnDisk = 2;

absl::Status VersionNotFound(const ModelState& model, int32_t version) {
  return ResourceNotFound(ModelVersionName(model.model(), version));
}

absl::Status CheckVersionsExist(const ModelState& model, const TrafficSetting& setting) {
  const auto check = [&](int32_t version) {
    return FindVersion(model, version) == nullptr ? VersionNotFound(model, version)
                                                  : absl::OkStatus();
  };
  for (const auto& share : setting.traffic) SERIN_RETURN_IF_ERROR(check(share.version()));
  for (const auto& shadow : setting.shadows) SERIN_RETURN_IF_ERROR(check(shadow.version()));
  return absl::OkStatus();
}

absl::Status VersionInUse(const ModelState& model, int32_t version, absl::string_view why) {
  return WithReason(absl::FailedPreconditionError(absl::StrCat(
                        ModelVersionName(model.model(), version), " cannot be deleted: ", why)),
                    "VERSION_IN_USE");
}

// Deleting must not change what any prediction is answered by.
absl::Status CheckUnused(const ModelState& model, int32_t version) {
  for (const v1::TrafficWeight& share : model.traffic()) {
    if (share.version() != version || share.weight() == 0) continue;
    return VersionInUse(model, version,
                        absl::StrCat("it takes ", share.weight(),
                                     "% of the traffic; give that to other versions first"));
  }
  for (const v1::ShadowTraffic& shadow : model.shadows()) {
    if (shadow.version() != version) continue;
    return VersionInUse(model, version,
                        absl::StrCat("it gets copies of ", shadow.percent(),
                                     "% of the predictions; set the traffic without it first"));
  }
  for (const auto& [alias, named] : model.aliases()) {
    if (named != version) continue;
    return VersionInUse(
        model, version,
        absl::StrCat("the alias '", alias, "' names it; point that elsewhere or remove it first"));
  }
  return absl::OkStatus();
}

void EraseWeight(TrafficSplit& traffic, int32_t version) {
  traffic.erase(
      std::remove_if(traffic.begin(), traffic.end(),
                     [&](const v1::TrafficWeight& share) { return share.version() == version; }),
      traffic.end());
}

// The key stays when the setting goes, so that hashes from before and after are the same.
absl::Status EnsureHashKey(const v1::PredictionLog& log, ModelState* model) {
  if (log.hash_features().empty() || !model->log_hash_key().empty()) return absl::OkStatus();
  SERIN_ASSIGN_OR_RETURN(*model->mutable_log_hash_key(), RandomKey(kHashKeyBytes));
  return absl::OkStatus();
}

// Adds to the batch that the request be forgotten that imported a version, if one did.
absl::Status ForgetImport(const StoreReader& store, absl::string_view project,
                          absl::string_view model, int32_t version, WriteBatch* batch) {
  const std::string name = ModelVersionName(model, version);
  absl::Status error;
  const auto visit = [&](absl::string_view key, absl::string_view value) {
    const auto request = ParseRecord<internal::v1::RequestRecord>(key, value);
    error = request.status();
    if (error.ok() && request->name() == name) batch->DeleteKey(std::string(key));
    return error.ok();
  };
  SERIN_RETURN_IF_ERROR(store.Scan(ImportRequestsPrefix(project, model), "", visit));
  return error;
}

}  // namespace

ModelRegistry::ModelRegistry(Store* store, const Clock* clock, ChangeFn on_change)
    : store_(store),
      clock_(clock),
      on_change_(std::move(on_change)),
      state_(std::make_shared<const ClusterState>()) {}

absl::Status ModelRegistry::Recover() {
  absl::MutexLock lock(&mutex_);
  SERIN_ASSIGN_OR_RETURN(ClusterState state, LoadClusterState(*store_->NewSnapshot()));
  Publish(std::move(state));
  return absl::OkStatus();
}

absl::StatusOr<v1::ModelVersion> ModelRegistry::Register(
    absl::string_view project, absl::string_view model, absl::string_view bundle,
    v1::ModelVersion described, const v1::Promotion& promotion, AlsoWriteFn also_write) {
  SERIN_RETURN_IF_ERROR(
      CheckDiskHasRoom(*store_, kCopiesOnDisk * bundle.size(), kControlDiskReserve));
  const std::string sha256 = Sha256Hex(bundle);
  absl::MutexLock lock(&mutex_);
  SERIN_ASSIGN_OR_RETURN(const int32_t number, NextNumber(project, model));
  described.set_name(ModelVersionName(model, number));
  described.set_version(number);
  described.set_bundle_sha256(sha256);
  described.set_bundle_bytes(static_cast<int64_t>(bundle.size()));
  *described.mutable_create_time() = ToProto(clock_->Now());

  Draft draft = NewDraft();
  absl::StatusOr<DraftModel> changed = OpenModel(draft, project, model);
  if (absl::IsNotFound(changed.status())) changed = NewModel(draft, project, model, number);
  SERIN_RETURN_IF_ERROR(changed.status());
  if (IsCandidate(promotion, changed->state->versions().empty(), described)) {
    (*changed->model.mutable_aliases())[std::string(kCandidateAlias)] = number;
  }
  VersionState& version = *changed->state->add_versions();
  version.set_version(number);
  version.set_bundle_sha256(sha256);
  version.set_bundle_bytes(described.bundle_bytes());

  internal::v1::ModelVersionRecord record;
  *record.mutable_version() = described;
  PutRecord(draft.batch, ModelVersionKey(project, model, number), record);
  draft.batch.PutValue(ModelNumberKey(project, model), absl::StrCat(number));
  PutBundle(draft.batch, project, sha256, bundle);
  Save(draft, *std::move(changed));
  also_write(described, draft.batch);
  SERIN_RETURN_IF_ERROR(Commit(std::move(draft)));
  return described;
}

absl::Status ModelRegistry::CheckTraffic(absl::string_view project, absl::string_view model,
                                         const TrafficSetting& setting) const {
  SERIN_RETURN_IF_ERROR(ValidateTraffic(setting.traffic));
  SERIN_RETURN_IF_ERROR(ValidateShadows(setting.shadows));
  const std::shared_ptr<const ClusterState> state = state_.Get();
  const ModelState* found = FindModel(*state, project, model);
  if (found == nullptr) return ResourceNotFound(ModelName(model));
  return CheckVersionsExist(*found, setting);
}

absl::StatusOr<v1::Model> ModelRegistry::SetTraffic(absl::string_view project,
                                                    absl::string_view model,
                                                    const TrafficSetting& setting) {
  absl::MutexLock lock(&mutex_);
  SERIN_RETURN_IF_ERROR(CheckTraffic(project, model, setting));
  Draft draft = NewDraft();
  SERIN_ASSIGN_OR_RETURN(DraftModel changed, OpenModel(draft, project, model));
  *changed.model.mutable_traffic() = setting.traffic;
  *changed.model.mutable_shadows() = setting.shadows;
  v1::Model saved = Save(draft, std::move(changed));
  SERIN_RETURN_IF_ERROR(Commit(std::move(draft)));
  return saved;
}

absl::StatusOr<v1::Model> ModelRegistry::SetAlias(absl::string_view project,
                                                  absl::string_view model, absl::string_view alias,
                                                  int32_t version) {
  SERIN_RETURN_IF_ERROR(ValidateAlias("alias", alias));
  if (version < 0) {
    return InvalidField("version",
                        absl::StrCat("must be a version, or 0 to remove the alias, is ", version));
  }
  absl::MutexLock lock(&mutex_);
  Draft draft = NewDraft();
  SERIN_ASSIGN_OR_RETURN(DraftModel changed, OpenModel(draft, project, model));
  if (version == 0) {
    changed.model.mutable_aliases()->erase(std::string(alias));
  } else if (FindVersion(*changed.state, version) == nullptr) {
    return VersionNotFound(*changed.state, version);
  } else {
    (*changed.model.mutable_aliases())[std::string(alias)] = version;
  }
  v1::Model saved = Save(draft, std::move(changed));
  SERIN_RETURN_IF_ERROR(Commit(std::move(draft)));
  return saved;
}

absl::StatusOr<v1::Model> ModelRegistry::SetPredictionLog(absl::string_view project,
                                                          absl::string_view model,
                                                          const v1::PredictionLog* log) {
  absl::MutexLock lock(&mutex_);
  Draft draft = NewDraft();
  SERIN_ASSIGN_OR_RETURN(DraftModel changed, OpenModel(draft, project, model));
  changed.model.clear_prediction_log();
  if (log != nullptr) {
    *changed.model.mutable_prediction_log() = *log;
    SERIN_RETURN_IF_ERROR(EnsureHashKey(*log, changed.state));
  }
  v1::Model saved = Save(draft, std::move(changed));
  SERIN_RETURN_IF_ERROR(Commit(std::move(draft)));
  return saved;
}

absl::Status ModelRegistry::DeleteVersion(absl::string_view project, absl::string_view model,
                                          int32_t version) {
  absl::MutexLock lock(&mutex_);
  Draft draft = NewDraft();
  SERIN_ASSIGN_OR_RETURN(DraftModel changed, OpenModel(draft, project, model));
  const VersionState* found = FindVersion(*changed.state, version);
  if (found == nullptr) return VersionNotFound(*changed.state, version);
  SERIN_RETURN_IF_ERROR(CheckUnused(*changed.state, version));
  const VersionState removed = *found;
  EraseVersion(*changed.state, version);
  EraseWeight(*changed.model.mutable_traffic(), version);
  Save(draft, std::move(changed));
  SERIN_RETURN_IF_ERROR(RemoveVersion(draft, project, model, removed));
  return Commit(std::move(draft));
}

absl::Status ModelRegistry::DeleteModel(absl::string_view project, absl::string_view model) {
  absl::MutexLock lock(&mutex_);
  Draft draft = NewDraft();
  SERIN_ASSIGN_OR_RETURN(const DraftModel opened, OpenModel(draft, project, model));
  const ModelState removed = *opened.state;
  EraseModel(draft.state, project, model);
  draft.batch.DeleteKey(ModelKey(project, model));
  for (const VersionState& version : removed.versions()) {
    SERIN_RETURN_IF_ERROR(RemoveVersion(draft, project, model, version));
  }
  return Commit(std::move(draft));
}

absl::StatusOr<ModelRegistry::DraftModel> ModelRegistry::OpenModel(Draft& draft,
                                                                   absl::string_view project,
                                                                   absl::string_view model) const {
  ModelState* state = FindModel(draft.state, project, model);
  if (state == nullptr) return ResourceNotFound(ModelName(model));
  SERIN_ASSIGN_OR_RETURN(internal::v1::ModelRecord record,
                         GetRecord<internal::v1::ModelRecord>(*store_, ModelKey(project, model)));
  return DraftModel{std::move(*record.mutable_model()), state};
}

ModelRegistry::DraftModel ModelRegistry::NewModel(Draft& draft, absl::string_view project,
                                                  absl::string_view model,
                                                  int32_t first_version) const {
  DraftModel made = {.state = InsertModel(draft.state, project, model)};
  made.model.set_name(ModelName(model));
  *made.model.mutable_create_time() = ToProto(clock_->Now());
  v1::TrafficWeight& all = *made.model.add_traffic();
  all.set_version(first_version);
  all.set_weight(100);
  return made;
}

v1::Model ModelRegistry::Save(Draft& draft, DraftModel changed) const {
  v1::Model& model = changed.model;
  internal::v1::ModelState* const state = changed.state;
  const auto& versions = state->versions();
  model.set_version_count(versions.size());
  model.set_latest_version(versions.empty() ? 0 : versions.rbegin()->version());
  *model.mutable_update_time() = ToProto(clock_->Now());
  *state->mutable_traffic() = model.traffic();
  *state->mutable_shadows() = model.shadows();
  *state->mutable_aliases() = model.aliases();
  state->clear_prediction_log();
  if (model.has_prediction_log()) *state->mutable_prediction_log() = model.prediction_log();
  internal::v1::ModelRecord record;
  *record.mutable_model() = model;
  record.set_log_hash_key(state->log_hash_key());
  PutRecord(draft.batch, ModelKey(state->project(), state->model()), record);
  return std::move(model);
}

absl::StatusOr<int32_t> ModelRegistry::NextNumber(absl::string_view project,
                                                  absl::string_view model) const {
  const absl::StatusOr<std::string> last = store_->Get(ModelNumberKey(project, model));
  if (absl::IsNotFound(last.status())) return 1;
  SERIN_RETURN_IF_ERROR(last.status());
  int32_t number = 0;
  if (absl::SimpleAtoi(*last, &number)) return number + 1;
  return absl::DataLossError(
      absl::StrCat("storage: the last version number of ", ModelName(model), " is not a number"));
}

absl::Status ModelRegistry::RemoveVersion(Draft& draft, absl::string_view project,
                                          absl::string_view model,
                                          const VersionState& removed) const {
  draft.batch.DeleteKey(ModelVersionKey(project, model, removed.version()));
  SERIN_RETURN_IF_ERROR(ForgetImport(*store_, project, model, removed.version(), &draft.batch));
  if (UsesBundle(draft.state, project, removed.bundle_sha256())) return absl::OkStatus();
  DeleteBundle(draft.batch, project, removed.bundle_sha256(), removed.bundle_bytes());
  return absl::OkStatus();
}

absl::Status ModelRegistry::Commit(Draft draft) {
  draft.state.set_revision(draft.state.revision() + 1);
  draft.batch.PutValue(RevisionKey(), absl::StrCat(draft.state.revision()));
  SERIN_RETURN_IF_ERROR(store_->Write(draft.batch));
  Publish(std::move(draft.state));
  return absl::OkStatus();
}

void ModelRegistry::Publish(ClusterState state) {
  const auto next = std::make_shared<const ClusterState>(std::move(state));
  state_.Set(next);
  on_change_(next);
}

}  // namespace serin
