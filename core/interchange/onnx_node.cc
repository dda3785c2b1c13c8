#include "core/interchange/onnx_node.h"

#include "absl/strings/str_cat.h"
#include "core/base/utf8.h"

namespace serin {

const onnx::AttributeProto* OnnxNode::Find(absl::string_view name) const {
  for (const onnx::AttributeProto& attribute : node_->attribute()) {
    if (attribute.name() == name) return &attribute;
  }
  return nullptr;
}

size_t OnnxNode::Count(absl::string_view name) const {
  const onnx::AttributeProto* found = Find(name);
  return found == nullptr ? 0 : static_cast<size_t>(found->ints_size());
}

int64_t OnnxNode::Integer(absl::string_view name, int64_t fallback) const {
  const onnx::AttributeProto* found = Find(name);
  return found == nullptr ? fallback : found->i();
}

float OnnxNode::Float(absl::string_view name, float fallback) const {
  const onnx::AttributeProto* found = Find(name);
  return found == nullptr ? fallback : found->f();
}

std::string OnnxNode::Text(absl::string_view name, absl::string_view fallback) const {
  const onnx::AttributeProto* found = Find(name);
  return found == nullptr ? std::string(fallback) : found->s();
}

std::vector<float> OnnxNode::Floats(absl::string_view name) const {
  const onnx::AttributeProto* found = Find(name);
  if (found == nullptr) return {};
  return {found->floats().begin(), found->floats().end()};
}

std::vector<int64_t> OnnxNode::Integers(absl::string_view name) const {
  const onnx::AttributeProto* found = Find(name);
  if (found == nullptr) return {};
  return {found->ints().begin(), found->ints().end()};
}

std::vector<std::string> OnnxNode::Strings(absl::string_view name) const {
  const onnx::AttributeProto* found = Find(name);
  if (found == nullptr) return {};
  return {found->strings().begin(), found->strings().end()};
}

std::vector<std::string> OnnxNode::ClassLabels() const {
  std::vector<std::string> labels = Strings("classlabels_strings");
  if (!labels.empty()) return labels;
  for (const char* name : {"classlabels_int64s", "classlabels_ints"}) {
    for (const int64_t label : Integers(name)) labels.push_back(absl::StrCat(label));
  }
  return labels;
}

std::string OnnxNode::Prefix() const {
  return absl::StrCat("ONNX model: ", Utf8Prefix(op(), 100), " ", QuoteForError(node_->name()),
                      ": ");
}

absl::Status OnnxNode::Invalid(absl::string_view what) const {
  return absl::InvalidArgumentError(absl::StrCat(Prefix(), what));
}

absl::Status OnnxNode::Unimplemented(absl::string_view what) const {
  return absl::UnimplementedError(absl::StrCat(Prefix(), what));
}

}  // namespace serin
