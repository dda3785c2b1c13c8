#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "client/lib/connection.h"
#include "client/lib/requests.h"
#include "client/lib/temporary_file.h"
#include "core/base/status_macros.h"
#include "serin/client.h"

// Models from files and to files.

namespace serin {
namespace {

// As much as one message may hold.
constexpr size_t kPieceBytes = size_t{1} << 20;

// Sends the file in pieces. A server that has stopped listening ends the sending; why it did is in
// the call's status.
void SendFile(std::ifstream& file, grpc::ClientWriter<v1::ImportModelRequest>& writer,
              TransferProgress progress, const TransferProgressFn& report) {
  std::string piece(kPieceBytes, '\0');
  v1::ImportModelRequest request;
  while (file.read(piece.data(), kPieceBytes) || file.gcount() > 0) {
    request.set_chunk(piece.data(), file.gcount());
    if (!writer.Write(request)) return;
    progress.bytes += file.gcount();
    if (report) report(progress);
  }
  progress.complete = !file.bad();
  if (report) report(progress);
}

}  // namespace

absl::StatusOr<v1::ModelVersion> Client::ImportModel(const v1::ImportSpec& spec,
                                                     const std::string& path,
                                                     const TransferProgressFn& progress) const {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) {
    return absl::FailedPreconditionError(absl::StrCat(path, ": is a directory"));
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) return absl::NotFoundError(absl::StrCat(path, ": ", std::strerror(errno)));
  TransferProgress begun;
  if (const auto size = std::filesystem::file_size(path, error); !error) {
    begun.total_bytes = static_cast<int64_t>(size);
  }
  v1::ImportModelRequest request;
  *request.mutable_spec() = spec;

  Call call(connection_->project(), absl::InfiniteDuration());
  v1::ModelVersion version;
  const auto writer = connection_->models().ImportModel(call.context(), &version);
  if (writer->Write(request)) SendFile(file, *writer, begun, progress);
  if (file.bad()) {
    call.context()->TryCancel();
    writer->Finish();
    return absl::DataLossError(absl::StrCat(path, ": cannot be read to its end"));
  }
  writer->WritesDone();
  SERIN_RETURN_IF_ERROR(call.Outcome(writer->Finish()));
  return version;
}

absl::Status Client::ExportModel(absl::string_view version, v1::ModelFormat format,
                                 const ModelPieceFn& take) const {
  auto request = Named<v1::ExportModelRequest>(version);
  request.set_format(format);
  Call call(connection_->project(), absl::InfiniteDuration());
  const auto reader = connection_->models().ExportModel(call.context(), request);
  v1::ExportModelResponse piece;
  while (reader->Read(&piece)) {
    if (take(piece.chunk())) continue;
    call.context()->TryCancel();
    reader->Finish();
    return absl::OkStatus();
  }
  return call.Outcome(reader->Finish());
}

absl::Status Client::ExportModelToFile(absl::string_view version, v1::ModelFormat format,
                                       const std::string& path) const {
  SERIN_ASSIGN_OR_RETURN(const std::unique_ptr<TemporaryFile> file, TemporaryFile::Create(path));
  absl::Status written;
  SERIN_RETURN_IF_ERROR(ExportModel(version, format, [&](absl::string_view piece) {
    written = file->Write(piece);
    return written.ok();
  }));
  SERIN_RETURN_IF_ERROR(written);
  return file->Keep();
}

}  // namespace serin
