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
#include "core/table/csv_reader.h"
#include "core/transform/step_context.h"
#include "serin/v1/dataset_service.pb.h"
#include "server/dataset/dataset_catalog.h"
#include "server/dataset/query_call.h"

namespace serin {

struct DatasetOptions {
  CsvLimits limits;
  size_t max_chunk_bytes = 1 << 20;
  // Threads that parse uploads, store versions and read rows.
  int threads = 2;
  TransformLimits transform_limits;
  QueryOptions query;
};

// One upload, message by message: what UploadDataset does, without the RPC. Nothing is written
// before Finish. Not thread-safe.
class UploadSession {
 public:
  // `catalog` must outlive the session.
  UploadSession(DatasetCatalog* catalog, const DatasetOptions& options, std::string project);

  // The next message. After an error the upload is over.
  absl::Status Take(const v1::UploadDatasetRequest& message);

  // Makes the version of all that was taken; or returns the one that an earlier upload with the
  // same request_id has made, in which case nothing but the specification was looked at. CANCELLED,
  // and nothing is made, where `cancelled` says so while it works.
  absl::StatusOr<v1::DatasetVersion> Finish(absl::FunctionRef<bool()> cancelled);

 private:
  absl::Status TakeSpec(const v1::UploadDatasetSpec& spec);
  absl::Status TakeChunk(const std::string& chunk);
  absl::Status CheckWhole() const;

  DatasetCatalog* const catalog_;
  const DatasetOptions options_;
  const std::string project_;

  NewVersion version_;
  std::unique_ptr<CsvReader> reader_;  // Null until the specification.
  int64_t announced_bytes_ = 0;        // 0: not known.
  int64_t source_bytes_ = 0;
  Sha256 sha256_;
  std::optional<v1::DatasetVersion> earlier_;  // Made by the same request.
};

}  // namespace serin

#endif  // SERIN_SERVER_DATASET_UPLOAD_SESSION_H_
