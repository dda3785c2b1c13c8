// Any bytes: either an error, or a model that can be loaded and scored without harm. The checksum
// would stop nearly all mutations at the door, so the payload is also tried by itself.

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "core/bundle/bundle.h"
#include "core/bundle/frame.h"
#include "google/protobuf/stubs/logging.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  // protobuf would say each time what it thinks of the bytes.
  static const auto previous_handler = google::protobuf::SetLogHandler(nullptr);
  static_cast<void>(previous_handler);
  const absl::string_view bytes(reinterpret_cast<const char*>(data), size);
  for (const std::string& file : {std::string(bytes), serin::FramePayload(bytes)}) {
    auto bundle = serin::DecodeBundle(file);
    if (bundle.ok()) serin::LoadPredictor(*std::move(bundle)).status().IgnoreError();
  }
  return 0;
}
