// Any bytes as a model file in ONNX.

#include "tests/fuzz/import_any.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  serin::ImportAny(serin::v1::MODEL_FORMAT_ONNX, data, size);
  return 0;
}
