#ifndef SERIN_SERVER_PREDICT_OIP_DATATYPE_H_
#define SERIN_SERVER_PREDICT_OIP_DATATYPE_H_

#include <cstddef>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "inference/model_config.pb.h"

namespace serin {

// What the elements of a tensor of the Open Inference Protocol are. BF16 is Triton's.
enum class Datatype {
  kBool,
  kUint8,
  kUint16,
  kUint32,
  kUint64,
  kInt8,
  kInt16,
  kInt32,
  kInt64,
  kFp16,
  kBf16,
  kFp32,
  kFp64,
  kBytes,
};

// Nothing for a name that is none: they are in capitals, such as FP32.
std::optional<Datatype> ParseDatatype(absl::string_view name);

absl::string_view NameOf(Datatype datatype);

// All names, for an error message.
std::string DatatypeNames();

// How many bytes an element takes in raw contents; not of kBytes, each of which has its own length.
size_t ElementBytes(Datatype datatype);

// As a model's configuration spells it.
inference::DataType ConfigTypeOf(Datatype datatype);

}  // namespace serin

#endif  // SERIN_SERVER_PREDICT_OIP_DATATYPE_H_
