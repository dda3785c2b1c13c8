#ifndef SERIN_CORE_INGEST_TABLE_READER_H_
#define SERIN_CORE_INGEST_TABLE_READER_H_

#include <functional>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/ingest/ingest_options.h"
#include "core/table/table.h"
#include "serin/v1/table.pb.h"

namespace serin {

// Reads a file of rows that arrives in pieces into typed batches, in one pass and bounded memory:
// a window of the file and one batch. Not thread-safe.
//
// Types follow from all rows, so that while the file is read they are provisional: a batch has the
// types that its rows and those before it allow, and COLUMN_TYPE_UNSPECIFIED (`numbers`, all NaN)
// for a column that has no value yet. The types only widen; IngestResult.schema has the final ones.
// ConformBatch brings earlier batches to it, and IngestResult.reread says where that takes the file
// once more. A reader that is given the final schema needs no second pass.
class TableReader {
 public:
  // Takes the batches in order, on the thread that calls Push or Finish; its error ends the reading
  // and comes back from there. A batch has 1 to kMaxBatchRows rows and about kMaxBatchBytes at
  // most, dictionaries of its own, and a prefix of the final columns: JSON Lines may bring new ones
  // later.
  using Sink = std::function<absl::Status(Table batch)>;

  static constexpr size_t kMaxBatchRows = 64 << 10;
  static constexpr size_t kMaxBatchBytes = 8 << 20;

  // `schema`: types of columns by name, in any order; those that are not listed, or have no type,
  // are inferred. INVALID_ARGUMENT (InvalidField, relative to UploadDatasetSpec) where options or
  // schema cannot be used with any file.
  static absl::StatusOr<std::unique_ptr<TableReader>> Create(const IngestOptions& options,
                                                             const v1::Schema& schema,
                                                             const IngestLimits& limits, Sink sink);
  ~TableReader();

  // The next bytes of the file; errors show up to a window later. After an error every call returns
  // the same error. How the file is cut into pieces changes nothing.
  //
  // Errors are INVALID_ARGUMENT or RESOURCE_EXHAUSTED and name line, column and text at fault;
  // errors in `schema` are InvalidField.
  absl::Status Push(absl::string_view bytes);

  // Says that all bytes were pushed. At least one row and one column were read. Call once.
  absl::StatusOr<IngestResult> Finish();

 private:
  class Impl;
  explicit TableReader(std::unique_ptr<Impl> impl);

  const std::unique_ptr<Impl> impl_;
};

}  // namespace serin

#endif  // SERIN_CORE_INGEST_TABLE_READER_H_
