#include "core/interchange/onnx_write_pipeline.h"

#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"

namespace serin {
namespace {

using internal::v1::ColumnTransform;
using Strings = google::protobuf::RepeatedPtrField<std::string>;

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();

// Writes what becomes of one feature.
class FeatureWriter {
 public:
  FeatureWriter(const v1::ColumnSchema& column, const ColumnTransform& transform,
                OnnxWriter* writer)
      : column_(column), transform_(transform), writer_(*writer) {}

  // Adds the names of its values, one after the other.
  absl::Status Write(std::vector<std::string>* outputs) {
    if (column_.type() == v1::COLUMN_TYPE_TIMESTAMP) {
      return Unimplemented("is a timestamp, which single precision has not the digits for");
    }
    const bool category = column_.type() == v1::COLUMN_TYPE_CATEGORY;
    writer_.Input(column_.name(), category ? onnx::TensorProto::STRING : onnx::TensorProto::FLOAT);
    SERIN_RETURN_IF_ERROR(category ? WriteCategory(outputs) : WriteNumber(outputs));
    if (transform_.missing_indicator()) WriteIndicator(category, outputs);
    return absl::OkStatus();
  }

 private:
  absl::Status Unimplemented(absl::string_view what) const {
    return absl::UnimplementedError(
        absl::StrCat("ONNX: feature ", QuoteForError(column_.name()), " ", what));
  }

  // The value of a new node of ai.onnx.ml over `input`.
  std::pair<std::string, OnnxNodeWriter> Next(const std::string& op, const std::string& input) {
    std::string output = writer_.NewName();
    OnnxNodeWriter node = writer_.Node(op, {input}, {output}, /*ml=*/true);
    return {std::move(output), node};
  }

  absl::Status WriteNumber(std::vector<std::string>* outputs) {
    const internal::v1::NumericTransform& numeric = transform_.numeric();
    std::string value = column_.name();
    if (numeric.has_fill()) {
      auto [filled, node] = Next("Imputer", value);
      node.Floats("imputed_value_floats", {static_cast<float>(numeric.fill())});
      node.Float("replaced_value_float", kNaN);
      value = filled;
    }
    if (numeric.has_min() || numeric.has_max()) {
      SERIN_ASSIGN_OR_RETURN(value, Limit(value));
    }
    auto [scaled, node] = Next("Scaler", value);
    node.Floats("offset", {static_cast<float>(numeric.offset())});
    node.Floats("scale", {static_cast<float>(numeric.scale())});
    outputs->push_back(scaled);
    return absl::OkStatus();
  }

  absl::StatusOr<std::string> Limit(const std::string& value) {
    const internal::v1::NumericTransform& numeric = transform_.numeric();
    const bool fill_stays = numeric.has_fill() &&
                            (!numeric.has_min() || numeric.fill() >= numeric.min()) &&
                            (!numeric.has_max() || numeric.fill() <= numeric.max());
    if (!fill_stays) return Unimplemented("is limited and may be missing");
    const float min = numeric.has_min() ? static_cast<float>(numeric.min()) : -kInfinity;
    const float max = numeric.has_max() ? static_cast<float>(numeric.max()) : kInfinity;
    std::string limited = writer_.NewName();
    writer_.Node("Clip", {value, writer_.Floats({min}, {}), writer_.Floats({max}, {})}, {limited});
    return limited;
  }

  absl::Status WriteCategory(std::vector<std::string>* outputs) {
    if (transform_.has_one_hot()) {
      WriteOneHot(outputs);
    } else if (transform_.has_target_mean()) {
      const auto& means = transform_.target_mean();
      outputs->push_back(WriteCodes(means.categories(),
                                    {means.means().begin(), means.means().end()},
                                    static_cast<float>(means.fill()), -1));
    } else {
      const auto& codes = transform_.category_code();
      std::vector<float> indexes(codes.categories_size());
      for (size_t i = 0; i < indexes.size(); ++i) indexes[i] = static_cast<float>(i);
      outputs->push_back(WriteCodes(codes.categories(), std::move(indexes), kNaN,
                                    codes.has_fill() ? codes.fill() : -1));
    }
    return absl::OkStatus();
  }

  // Numbers by category. `fill`: the index of the one that stands for what is missing, or -1.
  std::string WriteCodes(const Strings& categories, std::vector<float> numbers, float otherwise,
                         int fill) {
    std::vector<std::string> keys(categories.begin(), categories.end());
    AddMissing(fill, &keys, &numbers);
    auto [codes, node] = Next("LabelEncoder", column_.name());
    node.Strings("keys_strings", keys);
    node.Floats("values_floats", numbers);
    node.Float("default_float", otherwise);
    return codes;
  }

  // Gives the empty text, which stands for what is missing, what the category `fill` has.
  template <typename Value>
  static void AddMissing(int fill, std::vector<std::string>* keys, std::vector<Value>* values) {
    if (fill < 0) return;
    for (const std::string& key : *keys) {
      if (key.empty()) return;
    }
    const Value value = (*values)[fill];
    keys->push_back("");
    values->push_back(value);
  }

  void WriteOneHot(std::vector<std::string>* outputs) {
    const internal::v1::OneHotTransform& one_hot = transform_.one_hot();
    if (one_hot.categories().empty()) return;
    std::string text = column_.name();
    if (one_hot.has_fill()) {
      std::vector<std::string> keys(one_hot.categories().begin(), one_hot.categories().end());
      std::vector<std::string> values = keys;
      AddMissing(one_hot.fill(), &keys, &values);
      auto [filled, node] = Next("LabelEncoder", text);
      node.Strings("keys_strings", keys);
      node.Strings("values_strings", values);
      node.Text("default_string", "_Unused");
      text = filled;
    }
    auto [encoded, node] = Next("OneHotEncoder", text);
    node.Strings("cats_strings", one_hot.categories());
    node.Integer("zeros", 1);
    outputs->push_back(writer_.NewName());
    writer_.Node("Reshape", {encoded, writer_.Integers({-1, one_hot.categories_size()})},
                 {outputs->back()});
  }

  // 1 where the value is missing or unseen.
  void WriteIndicator(bool category, std::vector<std::string>* outputs) {
    if (category) {
      const Strings& categories = transform_.has_one_hot() ? transform_.one_hot().categories()
                                  : transform_.has_target_mean()
                                      ? transform_.target_mean().categories()
                                      : transform_.category_code().categories();
      outputs->push_back(
          WriteCodes(categories, std::vector<float>(categories.size(), 0), 1, /*fill=*/-1));
      return;
    }
    const std::string missing = writer_.NewName();
    writer_.Node("IsNaN", {column_.name()}, {missing});
    outputs->push_back(writer_.NewName());
    writer_.Node("Cast", {missing}, {outputs->back()}).Integer("to", onnx::TensorProto::FLOAT);
  }

  const v1::ColumnSchema& column_;
  const ColumnTransform& transform_;
  OnnxWriter& writer_;
};

}  // namespace

absl::StatusOr<std::string> WriteOnnxPipeline(const internal::v1::Predictor& predictor,
                                              OnnxWriter* writer) {
  std::vector<std::string> values;
  for (int i = 0; i < predictor.features().columns_size(); ++i) {
    SERIN_RETURN_IF_ERROR(
        FeatureWriter(predictor.features().columns(i), predictor.pipeline().columns(i), writer)
            .Write(&values));
  }
  if (values.empty()) return absl::UnimplementedError("ONNX: a model without inputs");
  const std::string all = writer->NewName();
  writer->Node("Concat", values, {all}).Integer("axis", 1);
  return all;
}

}  // namespace serin
