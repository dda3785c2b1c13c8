#ifndef SERIN_CORE_INTERCHANGE_ONNX_VALUE_H_
#define SERIN_CORE_INTERCHANGE_ONNX_VALUE_H_

#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "core/interchange/onnx_tensor.h"
#include "serin/internal/v1/bundle.pb.h"

// What the values of a graph are, as far as that can be said without rows.

namespace serin {

// A column: one output of a transform of a feature.
struct OnnxColumn {
  int feature = 0;
  // Shared by the columns that a one-hot encoding makes.
  std::shared_ptr<const internal::v1::ColumnTransform> transform;
  int output = 0;
};
using OnnxColumns = std::vector<OnnxColumn>;

// A layer of a network: outputs x inputs weights, row by row.
struct OnnxLayer {
  size_t input_count = 0;
  std::vector<double> weights;
  std::vector<double> biases;

  size_t output_count() const { return biases.size(); }
};

// Fully connected layers over columns, the last one as yet without an activation unless
// `activated`.
struct OnnxNetwork {
  OnnxColumns inputs;
  std::vector<std::shared_ptr<const OnnxLayer>> layers;
  // Of all layers but those behind the last activation.
  internal::v1::MlpEstimator::Activation activation =
      internal::v1::MlpEstimator::ACTIVATION_UNSPECIFIED;
  bool activated = false;
};

// What an estimator answers: probabilities of classes, or a value.
struct OnnxScores {
  OnnxColumns inputs;
  // Task, and estimator over the inputs in their order.
  internal::v1::Predictor predictor;
  // Empty where the estimator does not say.
  std::vector<std::string> classes;
  int class_count = 0;  // 0: regression.
  // This is 1 less the probability of the second of two classes.
  bool complement = false;
  // The estimator; the same of all that is made of its answer.
  const onnx::NodeProto* made_by = nullptr;
};

using OnnxValue = std::variant<OnnxColumns, OnnxTensor, OnnxNetwork, OnnxScores>;

// Bytes, about, that all values of a graph may take together: nodes that double what they are given
// would otherwise need few bytes to fill any memory.
inline constexpr size_t kMaxOnnxBytes = size_t{1} << 29;
// A column with a transform of its own; and how many there can be.
inline constexpr size_t kOnnxColumnBytes = 256;
inline constexpr size_t kMaxOnnxColumns = kMaxOnnxBytes / kOnnxColumnBytes;

// What a value takes; layers that a network shares with the one before it were counted there.
size_t BytesOf(const OnnxValue& value);

// Columns of a value; 0 of a constant.
size_t WidthOf(const OnnxValue& value);

// Of an OnnxNetwork, whether it has layers or not.
size_t WidthOf(const OnnxNetwork& network);

}  // namespace serin

#endif  // SERIN_CORE_INTERCHANGE_ONNX_VALUE_H_
