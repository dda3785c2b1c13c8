#include "core/ingest/table_reader.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/status_macros.h"
#include "core/ingest/csv_dialect.h"
#include "core/ingest/csv_row_reader.h"
#include "core/ingest/decompressor.h"
#include "core/ingest/file_kind.h"
#include "core/ingest/ingest_error.h"
#include "core/ingest/json_lines_reader.h"
#include "core/ingest/libsvm_reader.h"
#include "core/ingest/table_builder.h"
#include "core/ingest/text_window.h"
#include "core/table/schema.h"

namespace serin {
namespace {

constexpr absl::string_view kByteOrderMark = "\xef\xbb\xbf";
// A ratio says little about a short text.
constexpr int64_t kMinTextForRatio = 64 << 20;

absl::Status CheckFormat(const v1::FileFormat& format) {
  if (!v1::FileFormat::Kind_IsValid(format.kind())) {
    return InvalidField("kind", absl::StrCat("has no value ", static_cast<int>(format.kind())));
  }
  if (!v1::FileFormat::Compression_IsValid(format.compression())) {
    return InvalidField("compression",
                        absl::StrCat("has no value ", static_cast<int>(format.compression())));
  }
  return CheckCsvOptions(format.csv());
}

absl::Status CheckOptions(const IngestOptions& options) {
  SERIN_RETURN_IF_ERROR(CheckFormat(options.format));
  SERIN_RETURN_IF_ERROR(CheckBadRows(options.bad_rows));
  if (v1::UploadDatasetSpec::OnConversionError_IsValid(options.on_conversion_error)) {
    return absl::OkStatus();
  }
  return InvalidField("on_conversion_error",
                      absl::StrCat("has no value ", static_cast<int>(options.on_conversion_error)));
}

}  // namespace

// bytes -> Decompressor -> TextWindow -> RowReader -> TableBuilder -> sink.
class TableReader::Impl {
 public:
  Impl(const IngestOptions& options, const v1::Schema& schema, const IngestLimits& limits,
       ScanMethod method, Sink sink)
      : options_(options),
        limits_(limits),
        method_(method),
        builder_(options, schema, limits, std::move(sink)),
        window_(limits.max_record_bytes) {}

  absl::Status Push(absl::string_view bytes) {
    if (status_.ok()) status_ = TakeBytes(bytes);
    return status_;
  }

  absl::StatusOr<IngestResult> Finish() {
    if (status_.ok()) status_ = End();
    SERIN_RETURN_IF_ERROR(status_);
    absl::StatusOr<IngestResult> result = builder_.Finish();
    status_ = result.status();
    if (!result.ok()) return result;
    if (result->row_count == 0) return NoRows(*result);
    result->format = reader_->Format();
    result->format.set_compression(compression_);
    return result;
  }

 private:
  absl::Status TakeBytes(absl::string_view bytes) {
    byte_count_ += static_cast<int64_t>(bytes.size());
    if (byte_count_ > limits_.max_bytes) {
      return FileOverLimit(
          absl::StrCat("the file has more than ", limits_.max_bytes, " bytes, which is the limit"));
    }
    if (decompressor_) return Decompress(bytes);
    // Until there are enough bytes to tell what they are.
    const size_t count = std::min(bytes.size(), kMagicBytes - first_bytes_.size());
    absl::StrAppend(&first_bytes_, bytes.substr(0, count));
    if (first_bytes_.size() < kMagicBytes) return absl::OkStatus();
    SERIN_RETURN_IF_ERROR(BeginDecompression());
    return Decompress(bytes.substr(count));
  }

  absl::Status BeginDecompression() {
    compression_ = options_.format.compression();
    if (compression_ == v1::FileFormat::COMPRESSION_UNSPECIFIED) {
      compression_ = FindCompression(first_bytes_);
    }
    decompressor_ = Decompressor::Create(compression_);
    return Decompress(first_bytes_);
  }

  absl::Status Decompress(absl::string_view bytes) {
    return decompressor_->Push(bytes, [this](absl::string_view text) { return TakeText(text); });
  }

  absl::Status TakeText(absl::string_view text) {
    text_count_ += static_cast<int64_t>(text.size());
    SERIN_RETURN_IF_ERROR(CheckTextLimits());
    return window_.Push(
        text, [this](absl::string_view rows, bool last) { return TakeWindow(rows, last); },
        [this](absl::string_view row) { return reader_->TooLong(row); });
  }

  absl::Status CheckTextLimits() const {
    if (text_count_ > limits_.max_text_bytes) {
      return FileOverLimit(absl::StrCat("the file has more than ", limits_.max_text_bytes,
                                        " bytes decompressed, which is the limit"));
    }
    if (text_count_ <= kMinTextForRatio ||
        text_count_ / limits_.max_compression_ratio <= byte_count_) {
      return absl::OkStatus();
    }
    return FileOverLimit(absl::StrCat("the file has more than ", limits_.max_compression_ratio,
                                      " times as many bytes decompressed as it has compressed, "
                                      "which is the limit"));
  }

  absl::StatusOr<size_t> TakeWindow(absl::string_view text, bool last) {
    size_t mark = 0;
    if (!reader_) {
      mark = absl::StartsWith(text, kByteOrderMark) ? kByteOrderMark.size() : 0;
      text.remove_prefix(mark);
      reader_ = MakeRowReader(text);
    }
    SERIN_ASSIGN_OR_RETURN(const size_t taken, reader_->Take(text, last));
    return mark + taken;
  }

  std::unique_ptr<RowReader> MakeRowReader(absl::string_view text) {
    v1::FileFormat::Kind kind = options_.format.kind();
    if (kind == v1::FileFormat::KIND_UNSPECIFIED) kind = FindFileKind(text);
    switch (kind) {
      case v1::FileFormat::KIND_JSON_LINES:
        return std::make_unique<JsonLinesReader>(&builder_);
      case v1::FileFormat::KIND_LIBSVM:
        return std::make_unique<LibsvmReader>(&builder_);
      default:
        return std::make_unique<CsvRowReader>(options_.format.csv(),
                                              FindCsvDialect(options_.format.csv(), text), limits_,
                                              method_, &builder_);
    }
  }

  absl::Status End() {
    if (!decompressor_) SERIN_RETURN_IF_ERROR(BeginDecompression());
    SERIN_RETURN_IF_ERROR(decompressor_->Finish());
    SERIN_RETURN_IF_ERROR(window_.Finish(
        [this](absl::string_view rows, bool last) { return TakeWindow(rows, last); }));
    return builder_.column_count() > 0 ? absl::OkStatus() : MalformedFile("the file is empty");
  }

  absl::Status NoRows(const IngestResult& result) const {
    if (result.rejected_row_count == 0) {
      return MalformedFile("the file has a header but no rows");
    }
    return MalformedFile(absl::StrCat("no row of the file can be read; of the first, line ",
                                      result.rejected_rows[0].line(), ": ",
                                      result.rejected_rows[0].problem()));
  }

  const IngestOptions options_;
  const IngestLimits limits_;
  const ScanMethod method_;
  TableBuilder builder_;
  TextWindow window_;
  std::string first_bytes_;
  v1::FileFormat::Compression compression_ = v1::FileFormat::COMPRESSION_UNSPECIFIED;
  std::unique_ptr<Decompressor> decompressor_;  // Once its kind is known, as the next.
  std::unique_ptr<RowReader> reader_;
  int64_t byte_count_ = 0;  // As they arrived.
  int64_t text_count_ = 0;  // Decompressed.
  absl::Status status_;
};

absl::StatusOr<std::unique_ptr<TableReader>> TableReader::Create(const IngestOptions& options,
                                                                 const v1::Schema& schema,
                                                                 const IngestLimits& limits,
                                                                 Sink sink) {
  SERIN_RETURN_IF_ERROR(CheckOptions(options));
  SERIN_RETURN_IF_ERROR(PrefixField("schema", ValidateSchema(schema)));
  return std::unique_ptr<TableReader>(new TableReader(
      std::make_unique<Impl>(options, schema, limits, BestScanMethod(), std::move(sink))));
}

TableReader::TableReader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TableReader::~TableReader() = default;

absl::Status TableReader::Push(absl::string_view bytes) { return impl_->Push(bytes); }
absl::StatusOr<IngestResult> TableReader::Finish() { return impl_->Finish(); }

}  // namespace serin
