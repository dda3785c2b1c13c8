#ifndef SERIN_CORE_INTERCHANGE_ONNX_WRITER_H_
#define SERIN_CORE_INTERCHANGE_ONNX_WRITER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "onnx/onnx_pb.h"

namespace serin {

// What the names of values begin with that are no inputs and outputs.
inline constexpr absl::string_view kOnnxNamePrefix = "serin:";

// A node that is being written. Valid until the next one is added.
class OnnxNodeWriter {
 public:
  explicit OnnxNodeWriter(onnx::NodeProto* node) : node_(node) {}

  void Integer(absl::string_view name, int64_t value);
  void Float(absl::string_view name, float value);
  void Text(absl::string_view name, absl::string_view value);
  void Floats(absl::string_view name, const std::vector<float>& values);
  void Integers(absl::string_view name, const std::vector<int64_t>& values);
  template <typename Texts>
  void Strings(absl::string_view name, const Texts& values) {
    onnx::AttributeProto& attribute = Add(name, onnx::AttributeProto::STRINGS);
    for (const auto& value : values) attribute.add_strings(value);
  }

 private:
  onnx::AttributeProto& Add(absl::string_view name, onnx::AttributeProto::AttributeType type);

  onnx::NodeProto* node_;
};

// Writes a graph node by node. Values that have no name get one.
class OnnxWriter {
 public:
  explicit OnnxWriter(onnx::GraphProto* graph) : graph_(graph) {}

  void Input(const std::string& name, onnx::TensorProto::DataType type);
  void Output(const std::string& name, onnx::TensorProto::DataType type, int64_t width);

  // A node with these outputs. `ml`: one of ai.onnx.ml.
  OnnxNodeWriter Node(const std::string& op, const std::vector<std::string>& inputs,
                      const std::vector<std::string>& outputs, bool ml = false);
  std::string NewName() { return absl::StrCat(kOnnxNamePrefix, ++names_); }

  // Constants; each returns its name.
  std::string Floats(const std::vector<float>& values, const std::vector<int64_t>& shape);
  std::string Integers(const std::vector<int64_t>& values);
  template <typename Texts>
  std::string Strings(const Texts& values) {
    onnx::TensorProto& tensor =
        NewConstant(onnx::TensorProto::STRING, {1, static_cast<int64_t>(values.size())});
    for (const auto& value : values) tensor.add_string_data(value);
    return tensor.name();
  }

 private:
  onnx::TensorProto& NewConstant(onnx::TensorProto::DataType type,
                                 const std::vector<int64_t>& shape);

  onnx::GraphProto* const graph_;
  int names_ = 0;
};

}  // namespace serin

#endif  // SERIN_CORE_INTERCHANGE_ONNX_WRITER_H_
