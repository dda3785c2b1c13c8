#include <optional>

#include "absl/strings/str_cat.h"
#include "client/lib/connection.h"
#include "client/lib/temporary_file.h"
#include "core/base/sha256.h"
#include "core/base/status_macros.h"
#include "serin/client.h"

// Files out of datasets.

namespace serin {
namespace {

// Whether the bytes that came are those that were once uploaded.
absl::Status CheckChecksum(const v1::DatasetVersion& version, Sha256& sha256) {
  const std::string digest = sha256.HexDigest();
  if (digest == version.source_sha256()) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat("what was downloaded of ", version.name(),
                                          " has the SHA-256 ", digest, ", what was uploaded ",
                                          version.source_sha256()));
}

}  // namespace

absl::Status Client::DownloadDataset(absl::string_view dataset, const DownloadOptions& options,
                                     const DownloadFn& take) const {
  // A newer version may be made between the calls: both are about the same one.
  SERIN_ASSIGN_OR_RETURN(const v1::DatasetVersion version, GetDatasetVersion(dataset));
  v1::DownloadDatasetRequest request;
  request.set_name(version.name());
  request.set_format(options.format);
  request.mutable_columns()->Assign(options.columns.begin(), options.columns.end());

  Call call(connection_->project(), absl::InfiniteDuration());
  const auto reader = connection_->datasets().DownloadDataset(call.context(), request);
  v1::DownloadDatasetResponse piece;
  Sha256 sha256;
  while (reader->Read(&piece)) {
    sha256.Update(piece.chunk());
    if (take(piece)) continue;
    call.context()->TryCancel();
    reader->Finish();
    return absl::OkStatus();
  }
  SERIN_RETURN_IF_ERROR(call.Outcome(reader->Finish()));
  const bool as_uploaded = options.format == v1::DownloadDatasetRequest::FORMAT_AS_UPLOADED ||
                           options.format == v1::DownloadDatasetRequest::FORMAT_UNSPECIFIED;
  return as_uploaded ? CheckChecksum(version, sha256) : absl::OkStatus();
}

absl::Status Client::DownloadDatasetToFile(absl::string_view dataset, const std::string& path,
                                           const DownloadOptions& options,
                                           const TransferProgressFn& progress) const {
  SERIN_ASSIGN_OR_RETURN(const std::unique_ptr<TemporaryFile> file, TemporaryFile::Create(path));
  TransferProgress done;
  absl::Status written;
  SERIN_RETURN_IF_ERROR(
      DownloadDataset(dataset, options, [&](const v1::DownloadDatasetResponse& piece) {
        if (piece.size_bytes() > 0) done.total_bytes = piece.size_bytes();
        done.bytes += static_cast<int64_t>(piece.chunk().size());
        written = file->Write(piece.chunk());
        if (progress) progress(done);
        return written.ok();
      }));
  SERIN_RETURN_IF_ERROR(written);
  done.complete = true;
  if (progress) progress(done);
  return file->Keep();
}

}  // namespace serin
