#include "server/dataset/version_writer.h"

#include <utility>

namespace serin {

VersionWriter::VersionWriter(DatasetCatalog* catalog, VersionTarget target)
    : catalog_(catalog), target_(std::move(target)) {}

VersionWriter::~VersionWriter() = default;

absl::StatusOr<std::unique_ptr<VersionWriter>> VersionWriter::Create(DatasetCatalog* catalog,
                                                                     VersionTarget target) {
  return std::unique_ptr<VersionWriter>(new VersionWriter(catalog, std::move(target)));
}

absl::Status VersionWriter::Append(Table batch) {
  rows_.Append(batch, 0, batch.row_count());
  return absl::OkStatus();
}

absl::StatusOr<v1::DatasetVersion> VersionWriter::Commit(v1::DatasetVersion description,
                                                         absl::FunctionRef<bool()> cancelled) {
  if (rows_.table().row_count() == 0) return absl::FailedPreconditionError("there are no rows");
  const NewVersion version = {.dataset = target_.dataset,
                              .request_id = target_.request_id,
                              .table = rows_.Take(),
                              .description = std::move(description)};
  return catalog_->AddVersion(target_.project, version, cancelled);
}

}  // namespace serin
