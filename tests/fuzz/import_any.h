#ifndef SERIN_TESTS_FUZZ_IMPORT_ANY_H_
#define SERIN_TESTS_FUZZ_IMPORT_ANY_H_

#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "absl/strings/string_view.h"
#include "core/base/utf8.h"
#include "core/bundle/bundle.h"
#include "core/explain/explainer.h"
#include "core/interchange/import.h"
#include "core/interchange/onnx_export.h"
#include "google/protobuf/stubs/logging.h"

namespace serin {

// Imports any bytes: either an error that can be sent, or a bundle that can be written, read,
// loaded, explained and exported. Ends the program where it is neither.
inline void ImportAny(v1::ModelFormat format, const uint8_t* data, size_t size) {
  // protobuf would say each time what it thinks of the bytes.
  static const auto previous_handler = google::protobuf::SetLogHandler(nullptr);
  static_cast<void>(previous_handler);
  v1::ImportSpec spec;
  spec.set_format(format);
  const auto bundle =
      ImportModel(absl::string_view(reinterpret_cast<const char*>(data), size), spec);
  if (!bundle.ok()) {
    if (!IsUtf8(bundle.status().message())) std::abort();
    return;
  }
  const auto bytes = EncodeBundle(*bundle);
  if (!bytes.ok()) std::abort();
  const auto again = DecodeBundle(*bytes);
  if (!again.ok() || !LoadPredictor(*again).ok() || !Explainer::Create(*again).ok()) std::abort();
  ExportOnnx(bundle->predictor()).status().IgnoreError();
}

}  // namespace serin

#endif  // SERIN_TESTS_FUZZ_IMPORT_ANY_H_
