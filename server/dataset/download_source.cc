#include "server/dataset/download_source.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"
#include "serin/internal/v1/records.pb.h"
#include "server/dataset/dataset_queries.h"
#include "server/dataset/source_storage.h"

namespace serin {
namespace {

absl::string_view Extension(const v1::FileFormat& format) {
  switch (format.kind()) {
    case v1::FileFormat::KIND_JSON_LINES:
      return ".jsonl";
    case v1::FileFormat::KIND_LIBSVM:
      return ".libsvm";
    default:
      return format.csv().delimiter() == "\t" ? ".tsv" : ".csv";
  }
}

absl::string_view CompressionExtension(const v1::FileFormat& format) {
  switch (format.compression()) {
    case v1::FileFormat::COMPRESSION_GZIP:
      return ".gz";
    case v1::FileFormat::COMPRESSION_ZSTD:
      return ".zst";
    default:
      return "";
  }
}

class SourceDownload final : public Download {
 public:
  SourceDownload(std::unique_ptr<StoreReader> snapshot, std::unique_ptr<SourceReader> reader,
                 std::string file_name)
      : snapshot_(std::move(snapshot)),
        reader_(std::move(reader)),
        file_name_(std::move(file_name)) {}

  absl::StatusOr<std::optional<v1::DownloadDatasetResponse>> Next() override {
    SERIN_ASSIGN_OR_RETURN(std::optional<std::string> bytes, reader_->Next());
    if (!bytes) return std::nullopt;
    v1::DownloadDatasetResponse response;
    *response.mutable_chunk() = *std::move(bytes);
    if (std::exchange(is_first_, false)) {
      response.set_size_bytes(reader_->size());
      response.set_file_name(file_name_);
    }
    return response;
  }

 private:
  const std::unique_ptr<StoreReader> snapshot_;
  const std::unique_ptr<SourceReader> reader_;
  const std::string file_name_;
  bool is_first_ = true;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Download>> DownloadSource(const Store& store,
                                                         absl::string_view project,
                                                         const VersionedRef& ref) {
  std::unique_ptr<StoreReader> snapshot = store.NewSnapshot();
  SERIN_ASSIGN_OR_RETURN(const internal::v1::DatasetVersionRecord record,
                         FindVersion(*snapshot, project, ref));
  const v1::DatasetVersion& version = record.version();
  auto reader = SourceReader::Open(snapshot.get(), project, record.storage_id());
  if (absl::IsNotFound(reader.status())) {
    return absl::FailedPreconditionError(absl::StrCat(
        version.name(), " was not uploaded; it can be downloaded as CSV or JSON Lines"));
  }
  SERIN_RETURN_IF_ERROR(reader.status());
  return std::make_unique<SourceDownload>(
      std::move(snapshot), *std::move(reader),
      absl::StrCat(ref.id, "-", version.version(), Extension(version.format()),
                   CompressionExtension(version.format())));
}

}  // namespace serin
