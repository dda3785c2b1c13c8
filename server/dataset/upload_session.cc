#include "server/dataset/upload_session.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/resource_name.h"
#include "core/base/status_macros.h"
#include "core/table/csv_error.h"
#include "server/dataset/request_id.h"

namespace serin {
namespace {

absl::Status CheckSize(int64_t size, int64_t limit) {
  if (size < 0) return InvalidField("size_bytes", absl::StrCat("must not be negative, is ", size));
  if (size <= limit) return absl::OkStatus();
  return CsvOverLimit(absl::StrCat("the file has ", size, " bytes, the limit is ", limit));
}

absl::Status MissingSpec() { return InvalidField("spec", "must be set in the first message"); }

}  // namespace

UploadSession::UploadSession(DatasetCatalog* catalog, const DatasetOptions& options,
                             std::string project)
    : catalog_(catalog), options_(options), project_(std::move(project)) {}

absl::Status UploadSession::Take(const v1::UploadDatasetRequest& message) {
  if (!reader_) {
    return message.has_spec() ? PrefixField("spec", TakeSpec(message.spec())) : MissingSpec();
  }
  if (message.has_chunk()) return TakeChunk(message.chunk());
  return InvalidField("chunk", "must be set in every message but the first");
}

absl::Status UploadSession::TakeSpec(const v1::UploadDatasetSpec& spec) {
  SERIN_ASSIGN_OR_RETURN(version_.dataset, ParseDatasetName("dataset", spec.dataset()));
  SERIN_RETURN_IF_ERROR(ValidateRequestId("request_id", spec.request_id()));
  version_.request_id = spec.request_id();
  SERIN_RETURN_IF_ERROR(CheckSize(spec.size_bytes(), options_.limits.max_bytes));
  announced_bytes_ = spec.size_bytes();
  SERIN_ASSIGN_OR_RETURN(reader_, CsvReader::Create(spec.csv(), spec.schema(), options_.limits));
  SERIN_ASSIGN_OR_RETURN(earlier_,
                         catalog_->FindRequest(project_, version_.dataset, version_.request_id));
  return absl::OkStatus();
}

absl::Status UploadSession::TakeChunk(const std::string& chunk) {
  if (chunk.size() > options_.max_chunk_bytes) {
    return InvalidField("chunk", absl::StrCat("must have at most ", options_.max_chunk_bytes,
                                              " bytes, has ", chunk.size()));
  }
  if (earlier_) return absl::OkStatus();
  source_bytes_ += static_cast<int64_t>(chunk.size());
  sha256_.Update(chunk);
  return PrefixField("spec", reader_->Push(chunk));
}

// Before the reader is asked, whose error for half a file would not name the cause.
absl::Status UploadSession::CheckWhole() const {
  if (announced_bytes_ == 0 || announced_bytes_ == source_bytes_) return absl::OkStatus();
  return InvalidField("spec.size_bytes",
                      absl::StrCat("must be the size of the file, is ", announced_bytes_,
                                   "; the upload ended after ", source_bytes_, " bytes"));
}

absl::StatusOr<v1::DatasetVersion> UploadSession::Finish(absl::FunctionRef<bool()> cancelled) {
  if (!reader_) return MissingSpec();
  if (earlier_) return *earlier_;
  SERIN_RETURN_IF_ERROR(CheckWhole());
  absl::StatusOr<Table> table = reader_->Finish();
  SERIN_RETURN_IF_ERROR(PrefixField("spec", table.status()));
  version_.table = *std::move(table);
  version_.description.set_source_bytes(source_bytes_);
  version_.description.set_source_sha256(sha256_.HexDigest());
  return catalog_->AddVersion(project_, version_, cancelled);
}

}  // namespace serin
