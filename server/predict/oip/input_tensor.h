#ifndef SERIN_SERVER_PREDICT_OIP_INPUT_TENSOR_H_
#define SERIN_SERVER_PREDICT_OIP_INPUT_TENSOR_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "inference/grpc_service.pb.h"
#include "server/predict/oip/datatype.h"

namespace serin {

// One input tensor of a request, checked: there are as many elements as its shape says, raw or
// typed. Points into the request.
struct InputTensor {
  std::string where;  // inputs[2]
  absl::string_view name;
  Datatype datatype = Datatype::kBool;
  int dimensions = 1;  // 1 or 2.
  size_t rows = 0;     // 1 to kMaxPredictRows.
  size_t columns = 1;  // At least 1.

  // The elements, row by row. Those of BYTES,
  std::vector<absl::string_view> strings;
  // and those of other datatypes as they lie in the request: not aligned, in little endian, each of
  // `layout`, which is the datatype or, of typed contents, that of the list it shares with others.
  const char* elements = nullptr;
  Datatype layout = Datatype::kBool;
};

// Input `index` of a request. INVALID_ARGUMENT naming what is wrong with it.
absl::StatusOr<InputTensor> ReadInputTensor(const inference::ModelInferRequest& request, int index);

// A column of a tensor of any datatype but BYTES, a number for each row.
std::vector<double> NumbersOf(const InputTensor& tensor, size_t column);

}  // namespace serin

#endif  // SERIN_SERVER_PREDICT_OIP_INPUT_TENSOR_H_
