#ifndef SERIN_SERVER_DATASET_UPLOAD_SESSION_H_
#define SERIN_SERVER_DATASET_UPLOAD_SESSION_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/sha256.h"
#include "core/base/work_pool.h"
#include "core/ingest/ingest_options.h"
#include "core/ingest/table_reader.h"
#include "core/transform/step_context.h"
#include "serin/v1/dataset_service.pb.h"
#include "server/dataset/append_session.h"
#include "server/dataset/dataset_catalog.h"
#include "server/dataset/lane.h"
#include "server/dataset/query_call.h"
#include "server/dataset/source_storage.h"
#include "server/dataset/version_writer.h"

namespace serin {

struct DatasetOptions {
  IngestLimits limits;
  size_t max_chunk_bytes = 1 << 20;
  // Threads that parse uploads, store versions and read rows; and as many for what takes long in
  // one go: ends of uploads, profiles, deletions.
  int threads = 2;
  TransformLimits transform_limits;
  QueryOptions query;
  AppendLimits append_limits;
};

// One upload, message by message: what UploadDataset does, without the RPC. Not thread-safe.
//
// The bytes are parsed as they come, by who brings them. Beside that, on the pool, they are hashed
// and stored as they are; and the rows they hold are profiled, encoded and stored. Each waits for
// the others where it is too far ahead, so that the memory needed is bounded: some batches of rows
// and some pieces of the file. Until Finish() nothing that was stored belongs to anyone.
class UploadSession {
 public:
  // `catalog` and `pool` must outlive the session.
  UploadSession(DatasetCatalog* catalog, WorkPool* pool, const DatasetOptions& options,
                std::string project);

  // The next message. After an error the upload is over.
  absl::Status Take(v1::UploadDatasetRequest message);

  // Makes the version of all that was taken; or returns the one that an earlier upload with the
  // same request_id has made, in which case nothing but the specification was looked at. CANCELLED,
  // and nothing is made, where `cancelled` says so while it works.
  absl::StatusOr<v1::DatasetVersion> Finish(absl::FunctionRef<bool()> cancelled);

 private:
  absl::Status TakeSpec(const v1::UploadDatasetSpec& spec);
  absl::Status TakeChunk(std::string chunk);
  absl::Status StoreBytes(const std::string& bytes);
  absl::Status TakeRows(Table batch);
  absl::StatusOr<std::unique_ptr<TableReader>> NewReader(const v1::Schema& schema);
  absl::Status CheckWhole() const;
  absl::Status FinishSource();
  absl::StatusOr<IngestResult> FinishRows(absl::FunctionRef<bool()> cancelled);
  absl::StatusOr<IngestResult> ReadAgain(const IngestResult& first,
                                         absl::FunctionRef<bool()> cancelled);

  DatasetCatalog* const catalog_;
  const DatasetOptions options_;
  const std::string project_;

  int64_t announced_bytes_ = 0;                // 0: not known.
  std::optional<v1::DatasetVersion> earlier_;  // Made by the same request.
  int64_t source_bytes_ = 0;
  IngestOptions ingest_options_;

  // Null until the specification, and where an earlier version was found.
  std::unique_ptr<VersionWriter> writer_;  // Its rows: rows_lane_; its chunks: both.
  std::unique_ptr<SourceWriter> source_;   // source_lane_.
  std::unique_ptr<TableReader> reader_;
  Sha256 sha256_;  // source_lane_.
  bool has_spec_ = false;

  // Last: their tasks use the rest.
  Lane source_lane_;
  Lane rows_lane_;
};

}  // namespace serin

#endif  // SERIN_SERVER_DATASET_UPLOAD_SESSION_H_
