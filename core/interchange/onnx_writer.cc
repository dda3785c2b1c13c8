#include "core/interchange/onnx_writer.h"

namespace serin {
namespace {

constexpr char kMlDomain[] = "ai.onnx.ml";

void SetShape(onnx::TensorProto::DataType type, int64_t width, onnx::ValueInfoProto* value) {
  auto& tensor = *value->mutable_type()->mutable_tensor_type();
  tensor.set_elem_type(type);
  tensor.mutable_shape()->add_dim()->set_dim_param("rows");
  if (width > 0) tensor.mutable_shape()->add_dim()->set_dim_value(width);
}

}  // namespace

onnx::AttributeProto& OnnxNodeWriter::Add(absl::string_view name,
                                          onnx::AttributeProto::AttributeType type) {
  onnx::AttributeProto& attribute = *node_->add_attribute();
  attribute.set_name(std::string(name));
  attribute.set_type(type);
  return attribute;
}

void OnnxNodeWriter::Integer(absl::string_view name, int64_t value) {
  Add(name, onnx::AttributeProto::INT).set_i(value);
}

void OnnxNodeWriter::Float(absl::string_view name, float value) {
  Add(name, onnx::AttributeProto::FLOAT).set_f(value);
}

void OnnxNodeWriter::Text(absl::string_view name, absl::string_view value) {
  Add(name, onnx::AttributeProto::STRING).set_s(std::string(value));
}

void OnnxNodeWriter::Floats(absl::string_view name, const std::vector<float>& values) {
  Add(name, onnx::AttributeProto::FLOATS).mutable_floats()->Add(values.begin(), values.end());
}

void OnnxNodeWriter::Integers(absl::string_view name, const std::vector<int64_t>& values) {
  Add(name, onnx::AttributeProto::INTS).mutable_ints()->Add(values.begin(), values.end());
}

void OnnxWriter::Input(const std::string& name, onnx::TensorProto::DataType type) {
  onnx::ValueInfoProto& input = *graph_->add_input();
  input.set_name(name);
  SetShape(type, 1, &input);
}

void OnnxWriter::Output(const std::string& name, onnx::TensorProto::DataType type, int64_t width) {
  onnx::ValueInfoProto& output = *graph_->add_output();
  output.set_name(name);
  SetShape(type, width, &output);
}

OnnxNodeWriter OnnxWriter::Node(const std::string& op, const std::vector<std::string>& inputs,
                                const std::vector<std::string>& outputs, bool ml) {
  onnx::NodeProto& node = *graph_->add_node();
  node.set_op_type(op);
  node.set_name(absl::StrCat(op, "_", graph_->node_size()));
  if (ml) node.set_domain(kMlDomain);
  for (const std::string& input : inputs) node.add_input(input);
  for (const std::string& output : outputs) node.add_output(output);
  return OnnxNodeWriter(&node);
}

onnx::TensorProto& OnnxWriter::NewConstant(onnx::TensorProto::DataType type,
                                           const std::vector<int64_t>& shape) {
  onnx::TensorProto& tensor = *graph_->add_initializer();
  tensor.set_name(NewName());
  tensor.set_data_type(type);
  for (const int64_t size : shape) tensor.add_dims(size);
  return tensor;
}

std::string OnnxWriter::Floats(const std::vector<float>& values,
                               const std::vector<int64_t>& shape) {
  onnx::TensorProto& tensor = NewConstant(onnx::TensorProto::FLOAT, shape);
  tensor.mutable_float_data()->Add(values.begin(), values.end());
  return tensor.name();
}

std::string OnnxWriter::Integers(const std::vector<int64_t>& values) {
  onnx::TensorProto& tensor =
      NewConstant(onnx::TensorProto::INT64, {static_cast<int64_t>(values.size())});
  tensor.mutable_int64_data()->Add(values.begin(), values.end());
  return tensor.name();
}

}  // namespace serin
