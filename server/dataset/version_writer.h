#ifndef SERIN_SERVER_DATASET_VERSION_WRITER_H_
#define SERIN_SERVER_DATASET_VERSION_WRITER_H_

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/table/table.h"
#include "core/table/table_appender.h"
#include "serin/v1/dataset.pb.h"
#include "server/dataset/dataset_catalog.h"

namespace serin {

// Where a new version goes.
struct VersionTarget {
  std::string project;
  std::string dataset;     // As in ParseDatasetName.
  std::string request_id;  // Empty: none.
  // Of the dataset, where the version makes it.
  std::string description = {};
  std::map<std::string, std::string> labels = {};
};

// Makes a dataset version of batches of rows: what uploads and transformations have in common. The
// memory that it needs does not depend on the number of rows. Whatever instant the process dies at,
// either Commit() was acknowledged and the version is there, whole, or nothing is.
// Not thread-safe.
class VersionWriter {
 public:
  // `catalog` must outlive the writer. FAILED_PRECONDITION where the dataset is a live one.
  static absl::StatusOr<std::unique_ptr<VersionWriter>> Create(DatasetCatalog* catalog,
                                                               VersionTarget target);

  // Frees what was written, unless it was committed.
  ~VersionWriter();

  // The next rows, at least one column. All batches have the same columns, of the same types.
  absl::Status Append(Table batch);

  // Makes the version and returns it as it is now. Of `description` those fields are taken that say
  // where the rows come from: source_bytes, source_sha256, format, rejected rows and derivation.
  // Call once.
  //
  // Where an earlier request with the same request_id has made a version, returns that one and
  // makes none. CANCELLED, and nothing is made, where `cancelled`, asked a last time just before
  // the version comes to be, says so. FAILED_PRECONDITION where there are no rows.
  absl::StatusOr<v1::DatasetVersion> Commit(v1::DatasetVersion description,
                                            absl::FunctionRef<bool()> cancelled);

 private:
  VersionWriter(DatasetCatalog* catalog, VersionTarget target);

  DatasetCatalog* const catalog_;
  const VersionTarget target_;
  TableAppender rows_;
};

}  // namespace serin

#endif  // SERIN_SERVER_DATASET_VERSION_WRITER_H_
