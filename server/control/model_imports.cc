#include "server/control/model_imports.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/resource_name.h"
#include "core/base/status_macros.h"
#include "core/bundle/bundle.h"
#include "core/interchange/import.h"
#include "core/storage/records.h"
#include "serin/internal/v1/records.pb.h"
#include "server/control/keys.h"
#include "server/control/model_queries.h"
#include "server/control/request_id.h"

namespace serin {
namespace {

constexpr absl::Duration kRetryDelay = absl::Seconds(10);

}  // namespace

absl::StatusOr<ModelImports::Wanted> ModelImports::Check(std::string project,
                                                         const v1::ImportSpec& spec) {
  SERIN_ASSIGN_OR_RETURN(std::string model, ParseModelName("spec.model", spec.model()));
  SERIN_RETURN_IF_ERROR(PrefixField("spec", ValidateRequestId(spec.request_id())));
  return Wanted{std::move(project), std::move(model), spec};
}

absl::Status ModelImports::Hold(size_t bytes) {
  absl::MutexLock lock(&budget_mutex_);
  if (bytes > max_held_bytes_ - held_bytes_) {
    return WithRetryDelay(absl::ResourceExhaustedError(absl::StrCat(
                              "the model files on their way take more than the ", max_held_bytes_,
                              " bytes that there are for them together")),
                          kRetryDelay);
  }
  held_bytes_ += bytes;
  return absl::OkStatus();
}

void ModelImports::Release(size_t bytes) {
  absl::MutexLock lock(&budget_mutex_);
  held_bytes_ -= bytes;
}

absl::StatusOr<std::optional<v1::ModelVersion>> ModelImports::FindMade(const Wanted& wanted) const {
  if (wanted.spec.request_id().empty()) return std::nullopt;
  const auto made = GetRecord<internal::v1::RequestRecord>(
      *store_, ImportRequestKey(wanted.project, wanted.model, wanted.spec.request_id()));
  if (absl::IsNotFound(made.status())) return std::nullopt;
  SERIN_RETURN_IF_ERROR(made.status());
  SERIN_ASSIGN_OR_RETURN(const VersionedRef ref, ParseModelRef("name", made->name()));
  return GetModelVersion(*store_, wanted.project, wanted.model, ref.version);
}

absl::StatusOr<v1::ModelVersion> ModelImports::Import(const Wanted& wanted,
                                                      absl::string_view file) {
  absl::MutexLock lock(&import_mutex_);
  SERIN_ASSIGN_OR_RETURN(std::optional<v1::ModelVersion> made, FindMade(wanted));
  if (made) return *std::move(made);
  const absl::StatusOr<internal::v1::Bundle> bundle = ImportModel(file, wanted.spec);
  if (!bundle.ok()) return PrefixField("spec", bundle.status());
  SERIN_ASSIGN_OR_RETURN(const std::string bytes, EncodeBundle(*bundle));
  const auto also_write = [&](const v1::ModelVersion& version, WriteBatch& batch) {
    if (wanted.spec.request_id().empty()) return;
    internal::v1::RequestRecord request;
    request.set_name(version.name());
    PutRecord(batch, ImportRequestKey(wanted.project, wanted.model, wanted.spec.request_id()),
              request);
  };
  return registry_->Register(wanted.project, wanted.model, bytes, DescribeBundle(*bundle), {},
                             also_write);
}

}  // namespace serin
