#include "core/interchange/onnx_combine_ops.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"
#include "core/interchange/onnx_column_ops.h"
#include "core/interchange/onnx_network_ops.h"

namespace serin {
namespace {

// 1 - p and p.
bool AreBothShares(const OnnxScores& first, const OnnxScores& second) {
  return first.complement && !second.complement && first.made_by == second.made_by;
}

absl::StatusOr<SharedOnnxValue> CombineShares(const OnnxNode& node, const OnnxScores& first,
                                              OnnxValues* values) {
  if (node.proto().input_size() == 2) {
    SERIN_ASSIGN_OR_RETURN(SharedOnnxValue second, values->Find(node.proto().input(1)));
    const auto* scores = std::get_if<OnnxScores>(second.get());
    if (scores != nullptr && AreBothShares(first, *scores)) return second;
  }
  return node.Unimplemented("is supported of the shares 1 - p and p of two classes");
}

absl::StatusOr<OnnxColumns> Scale(const OnnxNode& node, const OnnxColumns& columns,
                                  std::vector<double> numbers) {
  if (node.op() == "Sub") return ScaleColumns(node, columns, numbers, {1});
  if (node.op() == "Mul") return ScaleColumns(node, columns, {0}, numbers);
  for (double& number : numbers) number = node.op() == "Add" ? -number : 1 / number;
  return node.op() == "Add" ? ScaleColumns(node, columns, numbers, {1})
                            : ScaleColumns(node, columns, {0}, numbers);
}

// 1 - p, the share of the first of two classes.
absl::StatusOr<OnnxScores> Complement(const OnnxNode& node, const OnnxValue& one,
                                      const OnnxScores& scores) {
  const auto* constant = std::get_if<OnnxTensor>(&one);
  if (constant == nullptr || constant->numbers != std::vector<double>{1} ||
      scores.class_count != 2 || scores.complement) {
    return node.Unimplemented("is supported as 1 less the share of the second of two classes");
  }
  OnnxScores complement = scores;
  complement.complement = true;
  return complement;
}

}  // namespace

absl::Status CheckIsAlongColumns(const OnnxNode& node, int64_t fallback) {
  const int64_t axis = node.Integer("axis", fallback);
  if (axis == 1 || axis == -1) return absl::OkStatus();
  return node.Unimplemented(absl::StrCat("is supported along the columns, its axis is ", axis));
}

absl::StatusOr<SharedOnnxValue> CombineColumns(const OnnxNode& node, OnnxValues* values) {
  SERIN_RETURN_IF_ERROR(CheckIsAlongColumns(node, 1));
  OnnxColumns all;
  for (const std::string& input : node.proto().input()) {
    SERIN_ASSIGN_OR_RETURN(const SharedOnnxValue value, values->Find(input));
    const auto* scores = std::get_if<OnnxScores>(value.get());
    if (scores != nullptr && all.empty()) return CombineShares(node, *scores, values);
    const auto* columns = std::get_if<OnnxColumns>(value.get());
    if (columns == nullptr) return node.Unimplemented("is supported of columns of features");
    if (all.size() + columns->size() > kMaxOnnxColumns) return OnnxValues::TooLarge();
    all.insert(all.end(), columns->begin(), columns->end());
  }
  return values->Share<OnnxColumns>(std::move(all));
}

absl::StatusOr<SharedOnnxValue> CombineWithConstant(const OnnxNode& node, OnnxValues* values) {
  if (node.proto().input_size() != 2) return node.Invalid("must have two inputs");
  SERIN_ASSIGN_OR_RETURN(SharedOnnxValue first, values->Find(node.proto().input(0)));
  SERIN_ASSIGN_OR_RETURN(SharedOnnxValue second, values->Find(node.proto().input(1)));
  const bool commutes = node.op() == "Add" || node.op() == "Mul";
  if (commutes && std::holds_alternative<OnnxTensor>(*first)) std::swap(first, second);
  if (const auto* scores = std::get_if<OnnxScores>(second.get());
      node.op() == "Sub" && scores != nullptr) {
    return values->Share(Complement(node, *first, *scores));
  }
  const auto* constant = std::get_if<OnnxTensor>(second.get());
  if (constant == nullptr) return node.Unimplemented("is supported with a constant");
  if (const auto* columns = std::get_if<OnnxColumns>(first.get())) {
    return values->Share(Scale(node, *columns, constant->numbers));
  }
  const auto* network = std::get_if<OnnxNetwork>(first.get());
  if (network != nullptr && node.op() == "Add") {
    return values->Share(AddBiases(node, *network, *constant));
  }
  return node.Unimplemented("is not supported here");
}

}  // namespace serin
