// Any bytes as a model file: either an error, or a bundle that can be written, read, loaded and
// exported.

#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "absl/strings/string_view.h"
#include "core/bundle/bundle.h"
#include "core/interchange/import.h"
#include "core/interchange/onnx_export.h"
#include "google/protobuf/stubs/logging.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  // protobuf would say each time what it thinks of the bytes.
  static const auto previous_handler = google::protobuf::SetLogHandler(nullptr);
  static_cast<void>(previous_handler);
  const absl::string_view file(reinterpret_cast<const char*>(data), size);
  for (int format = 0; format < serin::v1::ModelFormat_ARRAYSIZE; ++format) {
    serin::v1::ImportSpec spec;
    spec.set_format(static_cast<serin::v1::ModelFormat>(format));
    const auto bundle = serin::ImportModel(file, spec);
    if (!bundle.ok()) continue;
    const auto bytes = serin::EncodeBundle(*bundle);
    if (!bytes.ok()) std::abort();
    const auto again = serin::DecodeBundle(*bytes);
    if (!again.ok() || !serin::LoadPredictor(*again).ok()) std::abort();
    serin::ExportOnnx(bundle->predictor()).status().IgnoreError();
  }
  return 0;
}
