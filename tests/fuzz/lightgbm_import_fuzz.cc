// Any bytes as a model file in LightGBM's text.

#include "tests/fuzz/import_any.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  serin::ImportAny(serin::v1::MODEL_FORMAT_LIGHTGBM, data, size);
  return 0;
}
