#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "client/lib/connection.h"
#include "serin/client.h"

// Files and rows into datasets: the calls of a Client that stream to the server.

namespace serin {
namespace {

// A quarter of what one message of an upload may hold: small enough for smooth progress.
constexpr size_t kPieceBytes = 256 << 10;

using Writer = grpc::ClientWriter<v1::UploadDatasetRequest>;

v1::CsvOptions CsvOf(const UploadOptions& options) {
  v1::CsvOptions csv;
  csv.set_header(options.has_header ? v1::CsvOptions::HEADER_PRESENT
                                    : v1::CsvOptions::HEADER_ABSENT);
  if (options.delimiter) csv.set_delimiter(std::string(1, *options.delimiter));
  if (options.quote) csv.set_quote(std::string(1, *options.quote));
  return csv;
}

v1::BadRows BadRowsOf(const UploadOptions& options) {
  v1::BadRows bad_rows;
  if (!options.max_bad_rows) return bad_rows;
  bad_rows.set_policy(v1::BadRows::POLICY_SET_ASIDE);
  bad_rows.set_max_rows(*options.max_bad_rows);
  return bad_rows;
}

v1::UploadDatasetRequest SpecOf(absl::string_view dataset, const UploadOptions& options,
                                std::optional<int64_t> size_bytes) {
  v1::UploadDatasetRequest request;
  v1::UploadDatasetSpec& spec = *request.mutable_spec();
  spec.set_dataset(std::string(dataset));
  spec.set_kind(options.kind);
  spec.set_compression(options.compression);
  *spec.mutable_csv() = CsvOf(options);
  for (const auto& [name, type] : options.types) {
    v1::ColumnSchema* column = spec.mutable_schema()->add_columns();
    column->set_name(name);
    column->set_type(type);
  }
  if (options.missing_where_not_of_type) {
    spec.set_on_conversion_error(v1::UploadDatasetSpec::ON_CONVERSION_ERROR_MISSING);
  }
  *spec.mutable_bad_rows() = BadRowsOf(options);
  spec.set_description(options.description);
  spec.mutable_labels()->insert(options.labels.begin(), options.labels.end());
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

// Of all batches together; 0 where one of them leaves it to its columns.
int64_t RowCountOf(const std::vector<v1::RowBatch>& batches) {
  int64_t rows = 0;
  for (const v1::RowBatch& batch : batches) {
    if (batch.row_count() <= 0) return 0;
    rows += batch.row_count();
  }
  return rows;
}

// By the first bytes: RFC 1952 and RFC 8878.
bool IsCompressed(absl::string_view beginning) {
  return absl::StartsWith(beginning, "\x1f\x8b") || absl::StartsWith(beginning, "\x28\xb5\x2f\xfd");
}

void Advance(absl::string_view piece, TransferProgress* progress) {
  if (progress->bytes == 0 && IsCompressed(piece)) progress->lines.reset();
  progress->bytes += static_cast<int64_t>(piece.size());
  if (progress->lines) *progress->lines += std::count(piece.begin(), piece.end(), '\n');
}

// Sends the file in pieces. False: it cannot be read. A server that has stopped listening ends the
// sending; why it did is in the call's status.
bool SendFile(std::istream& file, std::optional<int64_t> size_bytes, Writer& writer,
              const TransferProgressFn& report) {
  TransferProgress progress{.total_bytes = size_bytes, .lines = 0};
  std::string piece(kPieceBytes, '\0');
  v1::UploadDatasetRequest request;
  while (file.read(piece.data(), kPieceBytes) || file.gcount() > 0) {
    request.set_chunk(piece.data(), file.gcount());
    if (!writer.Write(request)) return true;
    if (!report) continue;
    Advance(request.chunk(), &progress);
    report(progress);
  }
  progress.complete = !file.bad();
  if (report && progress.complete) report(progress);
  return progress.complete;
}

}  // namespace

absl::StatusOr<v1::DatasetVersion> Client::UploadDataset(absl::string_view dataset,
                                                         const std::string& path,
                                                         const UploadOptions& options,
                                                         const TransferProgressFn& progress) const {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) {
    return absl::FailedPreconditionError(absl::StrCat(path, ": is a directory"));
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) return absl::NotFoundError(absl::StrCat(path, ": ", std::strerror(errno)));
  auto version = UploadDataset(dataset, file, options, progress);
  if (!file.bad()) return version;
  return absl::DataLossError(absl::StrCat(path, ": ", version.status().message()));
}

absl::StatusOr<v1::DatasetVersion> Client::UploadDataset(absl::string_view dataset,
                                                         std::istream& file,
                                                         const UploadOptions& options,
                                                         const TransferProgressFn& progress) const {
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

absl::StatusOr<v1::AppendRowsResponse> Client::AppendRows(absl::string_view dataset,
                                                          const std::vector<v1::RowBatch>& batches,
                                                          const AppendOptions& options) const {
  v1::AppendRowsRequest request;
  v1::AppendRowsSpec& spec = *request.mutable_spec();
  spec.set_dataset(std::string(dataset));
  if (options.schema.columns_size() > 0) *spec.mutable_schema() = options.schema;
  *spec.mutable_retention() = options.retention;
  spec.set_description(options.description);
  spec.mutable_labels()->insert(options.labels.begin(), options.labels.end());
  spec.set_request_id(options.request_id);
  spec.set_row_count(RowCountOf(batches));

  Call call(connection_->project(), absl::InfiniteDuration());
  v1::AppendRowsResponse response;
  const auto writer = connection_->datasets().AppendRows(call.context(), &response);
  bool listening = writer->Write(request);
  for (size_t i = 0; i < batches.size() && listening; ++i) {
    *request.mutable_rows() = batches[i];
    listening = writer->Write(request);
  }
  writer->WritesDone();
  const absl::Status outcome = call.Outcome(writer->Finish());
  if (!outcome.ok()) return outcome;
  return response;
}

}  // namespace serin
