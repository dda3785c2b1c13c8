#include "server/dataset/upload_session.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/resource_name.h"
#include "core/base/status_macros.h"
#include "core/ingest/ingest_error.h"
#include "server/dataset/dataset_fields.h"
#include "server/dataset/request_id.h"

namespace serin {
namespace {

// Pieces of the file, of at most 1 MiB, and batches of rows, of about 8 MiB, that may wait.
constexpr size_t kWaitingPieces = 4;
constexpr size_t kWaitingBatches = 1;

absl::Status CheckSize(int64_t size, int64_t limit) {
  if (size < 0) return InvalidField("size_bytes", absl::StrCat("must not be negative, is ", size));
  if (size <= limit) return absl::OkStatus();
  return FileOverLimit(absl::StrCat("the file has ", size, " bytes, the limit is ", limit));
}

absl::Status MissingSpec() { return InvalidField("spec", "must be set in the first message"); }

v1::DatasetVersion Describe(const IngestResult& result) {
  v1::DatasetVersion version;
  *version.mutable_schema() = result.schema;
  *version.mutable_format() = result.format;
  version.set_rejected_row_count(result.rejected_row_count);
  version.mutable_rejected_rows()->Add(result.rejected_rows.begin(), result.rejected_rows.end());
  return version;
}

}  // namespace

UploadSession::UploadSession(DatasetCatalog* catalog, WorkPool* pool, const DatasetOptions& options,
                             std::string project)
    : catalog_(catalog),
      options_(options),
      project_(std::move(project)),
      source_lane_(pool, kWaitingPieces),
      rows_lane_(pool, kWaitingBatches) {}

absl::Status UploadSession::Take(v1::UploadDatasetRequest message) {
  if (!has_spec_) {
    return message.has_spec() ? PrefixField("spec", TakeSpec(message.spec())) : MissingSpec();
  }
  if (message.has_chunk()) return TakeChunk(std::move(*message.mutable_chunk()));
  return InvalidField("chunk", "must be set in every message but the first");
}

absl::Status UploadSession::TakeSpec(const v1::UploadDatasetSpec& spec) {
  SERIN_ASSIGN_OR_RETURN(const std::string dataset, ParseDatasetName("dataset", spec.dataset()));
  SERIN_RETURN_IF_ERROR(ValidateRequestId("request_id", spec.request_id()));
  SERIN_RETURN_IF_ERROR(ValidateDescription("description", spec.description()));
  SERIN_RETURN_IF_ERROR(ValidateLabels("labels", spec.labels()));
  SERIN_RETURN_IF_ERROR(CheckSize(spec.size_bytes(), options_.limits.max_bytes));
  announced_bytes_ = spec.size_bytes();
  ingest_options_ = IngestOptionsOf(spec);
  SERIN_ASSIGN_OR_RETURN(reader_, NewReader(spec.schema()));
  has_spec_ = true;
  SERIN_ASSIGN_OR_RETURN(earlier_, catalog_->FindRequest(project_, dataset, spec.request_id()));
  if (earlier_) return absl::OkStatus();
  SERIN_ASSIGN_OR_RETURN(
      writer_,
      VersionWriter::Create(catalog_, {.project = project_,
                                       .dataset = dataset,
                                       .request_id = spec.request_id(),
                                       .description = spec.description(),
                                       .labels = {spec.labels().begin(), spec.labels().end()}}));
  source_ = std::make_unique<SourceWriter>(&writer_->chunks());
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<TableReader>> UploadSession::NewReader(const v1::Schema& schema) {
  return TableReader::Create(ingest_options_, schema, options_.limits,
                             [this](Table batch) { return TakeRows(std::move(batch)); });
}

absl::Status UploadSession::TakeChunk(std::string chunk) {
  if (chunk.size() > options_.max_chunk_bytes) {
    return InvalidField("chunk", absl::StrCat("must have at most ", options_.max_chunk_bytes,
                                              " bytes, has ", chunk.size()));
  }
  if (earlier_) return absl::OkStatus();
  source_bytes_ += static_cast<int64_t>(chunk.size());
  const auto bytes = std::make_shared<const std::string>(std::move(chunk));
  SERIN_RETURN_IF_ERROR(source_lane_.Run([this, bytes] { return StoreBytes(*bytes); }));
  return PrefixField("spec", reader_->Push(*bytes));
}

absl::Status UploadSession::StoreBytes(const std::string& bytes) {
  sha256_.Update(bytes);
  return source_->Append(bytes);
}

absl::Status UploadSession::TakeRows(Table batch) {
  // Functions are copied; a table is not.
  auto rows = std::make_shared<Table>(std::move(batch));
  return rows_lane_.Run([this, rows] { return writer_->Append(std::move(*rows)); });
}

// Before the reader is asked, whose error for half a file would not name the cause.
absl::Status UploadSession::CheckWhole() const {
  if (announced_bytes_ == 0 || announced_bytes_ == source_bytes_) return absl::OkStatus();
  return InvalidField("spec.size_bytes",
                      absl::StrCat("must be the size of the file, is ", announced_bytes_,
                                   "; the upload ended after ", source_bytes_, " bytes"));
}

absl::Status UploadSession::FinishSource() {
  SERIN_RETURN_IF_ERROR(source_lane_.Drain());
  SERIN_ASSIGN_OR_RETURN(internal::v1::SourceRecord source, source_->Finish());
  writer_->SetSource(std::move(source));
  return absl::OkStatus();
}

absl::StatusOr<IngestResult> UploadSession::FinishRows(absl::FunctionRef<bool()> cancelled) {
  absl::StatusOr<IngestResult> result = reader_->Finish();
  SERIN_RETURN_IF_ERROR(PrefixField("spec", result.status()));
  SERIN_RETURN_IF_ERROR(rows_lane_.Drain());
  if (!result->reread) return result;
  return ReadAgain(*result, cancelled);
}

// Some rows were stored before it was known what type their column has, and only their text can be
// read as that.
absl::StatusOr<IngestResult> UploadSession::ReadAgain(const IngestResult& first,
                                                      absl::FunctionRef<bool()> cancelled) {
  SERIN_RETURN_IF_ERROR(writer_->Restart());
  ingest_options_.format = first.format;
  ingest_options_.inferred_strings = first.inferred_strings;
  SERIN_ASSIGN_OR_RETURN(reader_, NewReader(first.schema));
  SERIN_ASSIGN_OR_RETURN(const auto source, writer_->ReadSource());
  while (true) {
    if (cancelled()) return absl::CancelledError("the caller has gone away");
    SERIN_ASSIGN_OR_RETURN(const auto bytes, source->Next());
    if (!bytes) break;
    SERIN_RETURN_IF_ERROR(PrefixField("spec", reader_->Push(*bytes)));
  }
  absl::StatusOr<IngestResult> result = reader_->Finish();
  SERIN_RETURN_IF_ERROR(PrefixField("spec", result.status()));
  SERIN_RETURN_IF_ERROR(rows_lane_.Drain());
  return result;
}

absl::StatusOr<v1::DatasetVersion> UploadSession::Finish(absl::FunctionRef<bool()> cancelled) {
  if (!has_spec_) return MissingSpec();
  if (earlier_) return *earlier_;
  SERIN_RETURN_IF_ERROR(CheckWhole());
  SERIN_RETURN_IF_ERROR(FinishSource());
  SERIN_ASSIGN_OR_RETURN(const IngestResult result, FinishRows(cancelled));
  v1::DatasetVersion version = Describe(result);
  version.set_source_bytes(source_bytes_);
  version.set_source_sha256(sha256_.HexDigest());
  // That the caller has gone away may become known a moment after the end of what came, and of a
  // file whose size nobody knows there is no other sign. A write takes longer than that moment.
  if (announced_bytes_ == 0) SERIN_RETURN_IF_ERROR(writer_->chunks().Flush());
  return writer_->Commit(std::move(version), cancelled);
}

}  // namespace serin
