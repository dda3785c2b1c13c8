#include "core/ingest/ingest_options.h"

namespace serin {

IngestOptions IngestOptionsOf(const v1::UploadDatasetSpec& spec) {
  IngestOptions options;
  options.format.set_kind(spec.kind());
  options.format.set_compression(spec.compression());
  *options.format.mutable_csv() = spec.csv();
  options.bad_rows = spec.bad_rows();
  options.on_conversion_error = spec.on_conversion_error();
  return options;
}

}  // namespace serin
