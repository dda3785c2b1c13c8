// Reads any bytes as a filter of datasets: what is refused has a message that can be sent, what is
// not can be applied.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "absl/strings/string_view.h"
#include "core/base/utf8.h"
#include "server/dataset/dataset_filter.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  const auto filter = serin::DatasetFilter::Parse(text);
  serin::v1::Dataset dataset;
  dataset.set_name("datasets/iris");
  (*dataset.mutable_labels())["team"] = "botany";
  if (filter.ok()) {
    filter->Matches(dataset);
  } else if (!serin::IsUtf8(filter.status().message())) {
    std::fprintf(stderr, "dataset_filter_fuzz: a message that is not UTF-8\n");
    std::abort();
  }
  return 0;
}
