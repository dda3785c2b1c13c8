#ifndef SERIN_SERVER_PROXY_JSON_OIP_TENSOR_H_
#define SERIN_SERVER_PROXY_JSON_OIP_TENSOR_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "nlohmann/json.hpp"
#include "serin/v1/table.pb.h"

namespace serin {

// One input tensor of an inference request, checked: its data has as many elements as its shape
// says, and each is of its datatype or null.
struct OipTensor {
  enum class Kind { kNumbers, kBooleans, kStrings };

  std::string name;
  Kind kind = Kind::kNumbers;
  int64_t rows = 0;
  int64_t columns = 1;
  bool is_matrix = false;            // More than one column.
  std::vector<nlohmann::json> data;  // rows x columns, row by row.
  std::string where;                 // inputs[2]
};

// Takes flat and nested data. INVALID_ARGUMENT naming the place below `where`.
absl::StatusOr<OipTensor> ParseOipTensor(const nlohmann::json& input, const std::string& where);

// A column of the tensor, as values for a feature of that name. For a feature of type BOOLEAN,
// numbers count as whether they are not 0.
v1::Column ColumnOf(const OipTensor& tensor, int64_t column, const std::string& feature,
                    v1::ColumnType type);

// BYTES, BOOL or FP64.
std::string OipDatatypeOf(v1::ColumnType type);

}  // namespace serin

#endif  // SERIN_SERVER_PROXY_JSON_OIP_TENSOR_H_
