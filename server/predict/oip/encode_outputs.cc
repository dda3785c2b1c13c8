#include "server/predict/oip/encode_outputs.h"

#include <algorithm>
#include <string>

#include "absl/types/span.h"
#include "server/predict/oip/datatype.h"
#include "server/predict/oip/raw_bytes.h"

namespace serin {
namespace {

using inference::ModelInferResponse;
using Tensor = ModelInferResponse::InferOutputTensor;
using Classes = google::protobuf::RepeatedPtrField<std::string>;

// Adds tensors to a response in one of the two forms.
class OutputWriter {
 public:
  OutputWriter(bool raw, ModelInferResponse* response) : raw_(raw), response_(*response) {}

  Tensor& AddTensor(Output output, Datatype datatype, std::initializer_list<size_t> shape) {
    Tensor& tensor = *response_.add_outputs();
    tensor.set_name(std::string(NameOf(output)));
    tensor.set_datatype(std::string(NameOf(datatype)));
    for (const size_t size : shape) tensor.add_shape(static_cast<int64_t>(size));
    return tensor;
  }

  void AddNumbers(absl::Span<const double> numbers, Tensor& tensor) {
    if (raw_) {
      response_.add_raw_output_contents(numbers.data(), numbers.size() * sizeof(double));
    } else {
      tensor.mutable_contents()->mutable_fp64_contents()->Add(numbers.begin(), numbers.end());
    }
  }

  // `text` gives each of `count` elements.
  template <typename Text>
  void AddStrings(size_t count, const Text& text, Tensor& tensor) {
    if (raw_) {
      std::string& raw = *response_.add_raw_output_contents();
      for (size_t i = 0; i < count; ++i) AppendRawBytes(text(i), &raw);
    } else {
      for (size_t i = 0; i < count; ++i) tensor.mutable_contents()->add_bytes_contents(text(i));
    }
  }

 private:
  const bool raw_;
  ModelInferResponse& response_;
};

// The first of the most probable classes, as in serin.v1.Prediction.
const std::string& LabelOf(const Scores& scores, size_t row, const Classes& classes) {
  const double* probabilities = scores.values.data() + row * scores.output_count;
  const double* best = std::max_element(probabilities, probabilities + scores.output_count);
  return classes[static_cast<int>(best - probabilities)];
}

void AddOutput(Output output, const internal::v1::Predictor& model, const Scores& scores,
               OutputWriter& writer) {
  const size_t rows = scores.row_count;
  const Classes& classes = model.classes();
  const auto class_count = static_cast<size_t>(classes.size());
  switch (output) {
    case Output::kLabel:
      return writer.AddStrings(
          rows, [&](size_t row) -> const std::string& { return LabelOf(scores, row, classes); },
          writer.AddTensor(output, Datatype::kBytes, {rows}));
    case Output::kProbabilities:
      return writer.AddNumbers(scores.values,
                               writer.AddTensor(output, Datatype::kFp64, {rows, class_count}));
    case Output::kClasses:
      return writer.AddStrings(
          class_count, [&](size_t i) -> const std::string& { return classes[static_cast<int>(i)]; },
          writer.AddTensor(output, Datatype::kBytes, {class_count}));
    case Output::kValue:
      return writer.AddNumbers(scores.values, writer.AddTensor(output, Datatype::kFp64, {rows}));
  }
}

}  // namespace

void EncodeOutputs(const internal::v1::Predictor& model, const Scores& scores,
                   const std::vector<Output>& outputs, bool raw, ModelInferResponse* response) {
  OutputWriter writer(raw, response);
  for (const Output output : outputs) AddOutput(output, model, scores, writer);
}

}  // namespace serin
