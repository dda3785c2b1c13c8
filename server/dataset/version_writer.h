#ifndef SERIN_SERVER_DATASET_VERSION_WRITER_H_
#define SERIN_SERVER_DATASET_VERSION_WRITER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/profile/table_profiler.h"
#include "core/table/table.h"
#include "core/table/table_appender.h"
#include "serin/internal/v1/records.pb.h"
#include "serin/v1/dataset.pb.h"
#include "server/dataset/chunk_writer.h"
#include "server/dataset/dataset_catalog.h"
#include "server/dataset/source_storage.h"

namespace serin {

// Makes a dataset version of batches of rows: what uploads and transformations have in common. The
// memory that it needs does not depend on the number of rows. Whatever instant the process dies at,
// either Commit() was acknowledged and the version is there, whole, or nothing is.
// Not thread-safe, but for chunks().
class VersionWriter {
 public:
  // `catalog` must outlive the writer. FAILED_PRECONDITION where the dataset is a live one.
  static absl::StatusOr<std::unique_ptr<VersionWriter>> Create(DatasetCatalog* catalog,
                                                               VersionTarget target);

  // Frees what was written, unless it was committed.
  ~VersionWriter();

  // The next rows, of at least one column. All batches have the same columns, or the first of them,
  // in the same order. The type of a column may change where stored values can be read as the new
  // type (column_chunk.h) and TableProfiler follows.
  absl::Status Append(Table batch);

  // Drops the rows appended so far, to begin again. chunks() keeps all else.
  absl::Status Restart();

  // Where the caller may put the bytes that the rows were read from.
  ChunkWriter& chunks() { return chunks_; }
  void SetSource(internal::v1::SourceRecord source) { source_ = std::move(source); }
  // Those bytes again. Must not outlive the writer.
  absl::StatusOr<std::unique_ptr<SourceReader>> ReadSource();

  // Makes the version and returns it as it is now. Of `description` those fields are taken that say
  // where the rows come from: source_bytes, source_sha256, format, rejected rows and derivation;
  // and the schema, which may be left out where all batches had the same. Call once.
  //
  // Where an earlier request with the same request_id has made a version, returns that one and
  // makes none. CANCELLED, and nothing is made, where `cancelled`, asked a last time just before
  // the version comes to be, says so. FAILED_PRECONDITION where there are no rows.
  absl::StatusOr<v1::DatasetVersion> Commit(v1::DatasetVersion description,
                                            absl::FunctionRef<bool()> cancelled);

 private:
  VersionWriter(DatasetCatalog* catalog, VersionTarget target);

  absl::Status WriteGathered();
  absl::Status WriteSegment(const Table& rows, size_t begin, size_t end);
  WriteBatch LastBatch();

  DatasetCatalog* const catalog_;
  const VersionTarget target_;
  ChunkWriter chunks_;
  v1::Schema schema_;       // Of the last batch.
  TableAppender gathered_;  // Rows too few for a segment, all of the same schema.
  std::vector<internal::v1::SegmentRecord> segments_;
  int64_t row_count_ = 0;  // In segments.
  TableProfiler profiler_;
  internal::v1::SourceRecord source_;  // Without bytes: none.
  bool owned_ = false;                 // By a version.
};

}  // namespace serin

#endif  // SERIN_SERVER_DATASET_VERSION_WRITER_H_
