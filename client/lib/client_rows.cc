#include <cstring>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "client/lib/connection.h"
#include "serin/client.h"

// Rows into and out of datasets: the calls of a Client that stream.

namespace serin {
namespace {

// A quarter of what one message of an upload may hold: small enough for smooth progress.
constexpr size_t kPieceBytes = 256 << 10;

using Writer = grpc::ClientWriter<v1::UploadDatasetRequest>;

v1::UploadDatasetRequest SpecOf(absl::string_view dataset, const UploadOptions& options,
                                std::optional<int64_t> size_bytes) {
  v1::UploadDatasetRequest request;
  v1::UploadDatasetSpec& spec = *request.mutable_spec();
  spec.set_dataset(std::string(dataset));
  spec.mutable_csv()->set_header(options.has_header ? v1::CsvOptions::HEADER_PRESENT
                                                    : v1::CsvOptions::HEADER_ABSENT);
  spec.mutable_csv()->set_delimiter(std::string(1, options.delimiter));
  for (const auto& [name, type] : options.types) {
    v1::ColumnSchema* column = spec.mutable_schema()->add_columns();
    column->set_name(name);
    column->set_type(type);
  }
  spec.set_request_id(options.request_id);
  spec.set_size_bytes(size_bytes.value_or(0));
  return request;
}

// How much there is to read, where the stream can tell; leaves it where it was.
std::optional<int64_t> RemainingBytes(std::istream& file) {
  const std::istream::pos_type begin = file.tellg();
  if (begin == std::istream::pos_type(-1) || !file.seekg(0, std::ios::end)) {
    file.clear();
    return std::nullopt;
  }
  const std::istream::pos_type end = file.tellg();
  file.seekg(begin);
  return end - begin;
}

// Sends the file in pieces. False: it cannot be read. A server that has stopped listening ends the
// sending; why it did is in the call's status.
bool SendFile(std::istream& file, std::optional<int64_t> size_bytes, Writer& writer,
              const UploadProgressFn& report) {
  UploadProgress progress{.total_bytes = size_bytes};
  std::string piece(kPieceBytes, '\0');
  while (file.read(piece.data(), kPieceBytes) || file.gcount() > 0) {
    v1::UploadDatasetRequest request;
    request.set_chunk(piece.data(), file.gcount());
    if (!writer.Write(request)) return true;
    progress.sent_bytes += file.gcount();
    if (report) report(progress);
  }
  return !file.bad();
}

}  // namespace

absl::StatusOr<v1::DatasetVersion> Client::UploadDataset(absl::string_view dataset,
                                                         const std::string& path,
                                                         const UploadOptions& options,
                                                         const UploadProgressFn& progress) const {
  std::ifstream file(path, std::ios::binary);
  if (!file) return absl::NotFoundError(absl::StrCat(path, ": ", std::strerror(errno)));
  auto version = UploadDataset(dataset, file, options, progress);
  if (!file.bad()) return version;
  return absl::DataLossError(absl::StrCat(path, ": ", version.status().message()));
}

absl::StatusOr<v1::DatasetVersion> Client::UploadDataset(absl::string_view dataset,
                                                         std::istream& file,
                                                         const UploadOptions& options,
                                                         const UploadProgressFn& progress) const {
  Call call(connection_->project(), absl::InfiniteDuration());
  v1::DatasetVersion version;
  const std::unique_ptr<Writer> writer =
      connection_->datasets().UploadDataset(call.context(), &version);
  const std::optional<int64_t> size_bytes = RemainingBytes(file);
  const bool complete = !writer->Write(SpecOf(dataset, options, size_bytes)) ||
                        SendFile(file, size_bytes, *writer, progress);
  if (!complete) {
    call.context()->TryCancel();
    writer->Finish();
    return absl::DataLossError("the input cannot be read to its end; nothing was uploaded");
  }
  writer->WritesDone();
  const absl::Status outcome = call.Outcome(writer->Finish());
  if (!outcome.ok()) return outcome;
  return version;
}

absl::Status Client::ReadRows(absl::string_view dataset, const ReadRowsOptions& options,
                              const RowBatchFn& visit) const {
  v1::ReadRowsRequest request;
  request.set_name(std::string(dataset));
  request.mutable_columns()->Assign(options.columns.begin(), options.columns.end());
  request.set_offset(options.offset);
  request.set_limit(options.limit);

  Call call(connection_->project(), absl::InfiniteDuration());
  const auto reader = connection_->datasets().ReadRows(call.context(), request);
  v1::ReadRowsResponse batch;
  bool enough = false;
  while (!enough && reader->Read(&batch)) enough = !visit(batch);
  if (enough) call.context()->TryCancel();
  const grpc::Status status = reader->Finish();
  return enough ? absl::OkStatus() : call.Outcome(status);
}

}  // namespace serin
