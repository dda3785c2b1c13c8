#include "server/control/verification.h"

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "core/base/resource_name.h"
#include "core/base/status_macros.h"
#include "core/learn/spec.h"
#include "server/control/model_queries.h"

namespace serin {
namespace {

absl::Status DatasetGone(const v1::ModelVersion& version) {
  return absl::FailedPreconditionError(
      absl::StrCat(version.lineage().spec().dataset(), ", which ", version.name(),
                   " was trained on, is not there any more: it cannot be made again"));
}

absl::Status NotTrainedHere(const v1::ModelVersion& version) {
  return absl::FailedPreconditionError(
      absl::StrCat(version.name(), " was imported: there is no training to be done again"));
}

}  // namespace

absl::StatusOr<NewJob> VerificationJob(const v1::ModelVersion& version,
                                       const absl::StatusOr<v1::DatasetVersion>& dataset,
                                       const v1::VerifyModelVersionRequest& request) {
  if (!version.lineage().has_spec()) return NotTrainedHere(version);
  if (absl::IsNotFound(dataset.status())) return DatasetGone(version);
  SERIN_RETURN_IF_ERROR(dataset.status());
  SERIN_ASSIGN_OR_RETURN(VersionedRef ref, ParseModelRef("name", version.name()));
  absl::StatusOr<v1::TrainingSpec> spec = ResolveSpec(version.lineage().spec(), dataset->schema());
  if (!spec.ok()) {
    return absl::FailedPreconditionError(
        absl::StrCat(version.name(),
                     " was trained by a specification that this Serin does not "
                     "take: ",
                     spec.status().message()));
  }
  return NewJob{.type = v1::JOB_TYPE_VERIFY,
                .model = std::move(ref.id),
                .spec = *std::move(spec),
                .request_id = request.request_id(),
                .priority = request.priority(),
                .verify = version.name(),
                .dataset_create_time = dataset->create_time()};
}

absl::StatusOr<v1::ModelVersion> VersionToVerify(const StoreReader& reader,
                                                 absl::string_view project,
                                                 absl::string_view name) {
  SERIN_ASSIGN_OR_RETURN(const VersionedRef ref, ParseModelRef("name", name));
  absl::StatusOr<v1::ModelVersion> version = GetModelVersion(reader, project, ref.id, ref.version);
  if (!absl::IsNotFound(version.status())) return version;
  return absl::FailedPreconditionError(
      absl::StrCat(name, " has been deleted since the job was accepted"));
}

}  // namespace serin
