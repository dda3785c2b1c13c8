// Any bytes: either an error, or a model that can be loaded, scored and explained without harm. The
// checksum would stop nearly all mutations at the door, so the payload is also tried by itself.

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "core/bundle/bundle.h"
#include "core/bundle/frame.h"
#include "core/explain/explainer.h"
#include "core/table/schema.h"
#include "core/table/wire.h"
#include "google/protobuf/stubs/logging.h"

namespace {

// The golden rows, which LoadPredictor has accepted.
serin::Table GoldenRowsOf(const serin::internal::v1::Bundle& bundle) {
  serin::Table rows = serin::EmptyTable(bundle.predictor().features());
  for (int i = 0; i < bundle.golden_rows().columns_size(); ++i) {
    const serin::v1::Column& column = bundle.golden_rows().columns(i);
    serin::AppendWire(column, serin::RowCountOf(column), &rows.columns[i]).IgnoreError();
  }
  return rows;
}

void Use(const serin::internal::v1::Bundle& bundle) {
  const auto predictor = serin::LoadPredictor(bundle);
  if (!predictor.ok()) return;
  const auto explainer = serin::Explainer::Create(bundle);
  if (!explainer.ok()) return;
  int patience = 1000;
  const serin::ExplainOptions options = {.samples = 2, .stop = [&] { return --patience < 0; }};
  (*explainer)->Explain(**predictor, GoldenRowsOf(bundle), options).status().IgnoreError();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  // protobuf would say each time what it thinks of the bytes.
  static const auto previous_handler = google::protobuf::SetLogHandler(nullptr);
  static_cast<void>(previous_handler);
  const absl::string_view bytes(reinterpret_cast<const char*>(data), size);
  for (const std::string& file : {std::string(bytes), serin::FramePayload(bytes)}) {
    const auto bundle = serin::DecodeBundle(file);
    if (bundle.ok()) Use(*bundle);
  }
  return 0;
}
