#include "server/dataset/dataset_update.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/resource_name.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"
#include "server/dataset/dataset_fields.h"

namespace serin {
namespace {

absl::Status UpdateRetention(const v1::Dataset& changes, v1::Dataset& dataset) {
  SERIN_RETURN_IF_ERROR(ValidateRetention("dataset.retention", changes.retention()));
  if (!dataset.live()) {
    return absl::FailedPreconditionError(
        absl::StrCat(dataset.name(), " has no retention: it is no live dataset"));
  }
  *dataset.mutable_retention() = changes.retention();
  return absl::OkStatus();
}

absl::Status UpdateField(absl::string_view path, const v1::Dataset& changes, v1::Dataset& dataset) {
  if (path == "description") {
    SERIN_RETURN_IF_ERROR(ValidateDescription("dataset.description", changes.description()));
    dataset.set_description(changes.description());
    return absl::OkStatus();
  }
  if (path == "labels") {
    SERIN_RETURN_IF_ERROR(ValidateLabels("dataset.labels", changes.labels()));
    *dataset.mutable_labels() = changes.labels();
    return absl::OkStatus();
  }
  if (path == "retention") return UpdateRetention(changes, dataset);
  return InvalidField(
      "update_mask",
      absl::StrCat("must name description, labels or retention, names ", QuoteForError(path)));
}

}  // namespace

absl::Status ApplyUpdate(const v1::UpdateDatasetRequest& request, v1::Dataset& dataset) {
  if (request.update_mask().paths().empty()) {
    return InvalidField("update_mask", "must name description, labels or retention, is empty");
  }
  v1::Dataset updated = dataset;
  for (const std::string& path : request.update_mask().paths()) {
    SERIN_RETURN_IF_ERROR(UpdateField(path, request.dataset(), updated));
  }
  dataset = std::move(updated);
  return absl::OkStatus();
}

absl::StatusOr<v1::Dataset> UpdateDataset(DatasetCatalog& catalog, absl::string_view project,
                                          const v1::UpdateDatasetRequest& request) {
  SERIN_ASSIGN_OR_RETURN(const std::string dataset,
                         ParseDatasetName("dataset.name", request.dataset().name()));
  return catalog.ChangeDataset(
      project, dataset, [&request](v1::Dataset& changed) { return ApplyUpdate(request, changed); });
}

}  // namespace serin
