#include "server/dataset/version_writer.h"

#include <utility>

#include "core/base/status_macros.h"
#include "core/storage/records.h"
#include "core/table/schema.h"
#include "core/table/segment.h"
#include "server/dataset/dataset_keys.h"
#include "server/dataset/dataset_queries.h"
#include "server/dataset/dataset_storage.h"

namespace serin {
namespace {

using internal::v1::SegmentRecord;

constexpr size_t kKeysPerBatch = 1000;

bool SameColumns(const v1::Schema& a, const v1::Schema& b) {
  if (a.columns_size() != b.columns_size()) return false;
  for (int i = 0; i < a.columns_size(); ++i) {
    if (a.columns(i).type() != b.columns(i).type()) return false;
  }
  return true;
}

}  // namespace

VersionWriter::VersionWriter(DatasetCatalog* catalog, VersionTarget target)
    : catalog_(catalog),
      target_(std::move(target)),
      chunks_(catalog->mutable_store(), target_.project, catalog->NewStorageId()) {}

VersionWriter::~VersionWriter() {
  if (!owned_ && chunks_.is_pending()) catalog_->Free(target_.project, chunks_.storage_id());
}

absl::StatusOr<std::unique_ptr<VersionWriter>> VersionWriter::Create(DatasetCatalog* catalog,
                                                                     VersionTarget target) {
  const auto dataset = GetRecord<internal::v1::DatasetRecord>(
      catalog->store(), DatasetKey(target.project, target.dataset));
  if (!dataset.ok() && !absl::IsNotFound(dataset.status())) return dataset.status();
  if (dataset.ok()) SERIN_RETURN_IF_ERROR(CheckTakesVersions(dataset->dataset()));
  return std::unique_ptr<VersionWriter>(new VersionWriter(catalog, std::move(target)));
}

absl::Status VersionWriter::Append(Table batch) {
  if (batch.row_count() == 0) return absl::OkStatus();
  profiler_.Add(batch);
  v1::Schema schema = SchemaOf(batch);
  if (!SameColumns(schema, schema_)) SERIN_RETURN_IF_ERROR(WriteGathered());
  schema_ = std::move(schema);
  if (gathered_.table().row_count() == 0 && MakesASegment(batch)) {
    return WriteSegment(batch, 0, batch.row_count());
  }
  gathered_.Append(batch, 0, batch.row_count());
  const Table& rows = gathered_.table();
  const bool full = rows.row_count() >= kMaxSegmentRows || TableBytes(rows) >= kSegmentBytes;
  return full ? WriteGathered() : absl::OkStatus();
}

absl::Status VersionWriter::WriteGathered() {
  const Table rows = gathered_.Take();
  size_t begin = 0;
  for (const size_t end : SegmentEnds(rows)) {
    SERIN_RETURN_IF_ERROR(WriteSegment(rows, begin, end));
    begin = end;
  }
  return absl::OkStatus();
}

absl::Status VersionWriter::WriteSegment(const Table& rows, size_t begin, size_t end) {
  EncodedSegment segment = EncodeSegment(rows, begin, end);
  SegmentRecord record;
  record.set_first_row(row_count_);
  record.set_row_count(static_cast<int32_t>(end - begin));
  record.set_column_count(static_cast<int32_t>(segment.chunks.size()));
  segment.chunks.push_back(segment.statistics.SerializeAsString());
  SERIN_ASSIGN_OR_RETURN(const int32_t first_chunk, chunks_.Append(std::move(segment.chunks)));
  record.set_first_chunk(first_chunk);
  segments_.push_back(std::move(record));
  row_count_ += static_cast<int64_t>(end - begin);
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<SourceReader>> VersionWriter::ReadSource() {
  SERIN_RETURN_IF_ERROR(chunks_.Flush());
  return std::make_unique<SourceReader>(&chunks_.store(), target_.project, chunks_.storage_id(),
                                        source_);
}

absl::Status VersionWriter::Restart() {
  SERIN_RETURN_IF_ERROR(chunks_.Flush());
  WriteBatch batch;
  for (const SegmentRecord& segment : std::exchange(segments_, {})) {
    for (int32_t i = 0; i <= segment.column_count(); ++i) {
      batch.DeleteKey(ChunkKey(target_.project, chunks_.storage_id(), segment.first_chunk() + i));
    }
    if (batch.operations().size() < kKeysPerBatch) continue;
    SERIN_RETURN_IF_ERROR(chunks_.store().Write(std::exchange(batch, WriteBatch())));
  }
  gathered_.Take();
  row_count_ = 0;
  schema_.Clear();
  profiler_ = TableProfiler();
  return chunks_.store().Write(batch);
}

// The chunks that are left, and the records that say where they all are.
WriteBatch VersionWriter::LastBatch() {
  WriteBatch batch = chunks_.TakeRest();
  for (size_t i = 0; i < segments_.size(); ++i) {
    PutRecord(batch, SegmentKey(target_.project, chunks_.storage_id(), static_cast<int32_t>(i)),
              segments_[i]);
  }
  if (source_.bytes() > 0) {
    PutRecord(batch, SourceKey(target_.project, chunks_.storage_id()), source_);
  }
  return batch;
}

absl::StatusOr<v1::DatasetVersion> VersionWriter::Commit(v1::DatasetVersion description,
                                                         absl::FunctionRef<bool()> cancelled) {
  SERIN_RETURN_IF_ERROR(WriteGathered());
  if (row_count_ == 0) return absl::FailedPreconditionError("there are no rows");
  // The last batch is small, but there may be many who write one.
  SERIN_RETURN_IF_ERROR(CheckDiskHasRoom(catalog_->store(), 0));
  if (!description.has_schema()) *description.mutable_schema() = schema_;
  SERIN_ASSIGN_OR_RETURN(v1::DatasetProfile profile, profiler_.Finish(description.schema()));
  description.set_row_count(row_count_);
  description.set_stored_bytes(chunks_.bytes());
  VersionDraft draft = {.target = target_,
                        .storage_id = chunks_.storage_id(),
                        .version = std::move(description),
                        .profile = std::move(profile),
                        .batch = LastBatch()};
  SERIN_ASSIGN_OR_RETURN(DatasetCatalog::Committed committed,
                         catalog_->Commit(std::move(draft), cancelled));
  owned_ = committed.is_new;
  return std::move(committed.version);
}

}  // namespace serin
