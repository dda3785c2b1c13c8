#include "core/interchange/onnx_export.h"

#include <cmath>
#include <string>

#include "core/engine/predictor.h"
#include "core/interchange/import.h"
#include "core/interchange/sample_rows.h"
#include "onnx/onnx_pb.h"
#include "tests/testing/small_model.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using ::testing::HasSubstr;
constexpr auto kUnimplemented = absl::StatusCode::kUnimplemented;

// A number with a fill, and a one-hot category; `outputs` rows of the estimator's 3 inputs.
internal::v1::Predictor Base(int class_count) {
  internal::v1::Predictor model = SmallLinearModel();
  model.clear_estimator();
  model.clear_classes();
  model.set_task(class_count == 0 ? v1::TASK_REGRESSION : v1::TASK_CLASSIFICATION);
  for (int i = 0; i < class_count; ++i) model.add_classes(std::string(1, 'p' + i));
  return model;
}

internal::v1::Predictor Linear(int class_count) {
  internal::v1::Predictor model = Base(class_count);
  for (int row = 0; row < (class_count > 2 ? class_count : 1); ++row) {
    for (int i = 0; i < 3; ++i)
      model.mutable_linear()->add_weights(0.5 * (i + 1) * (row - 1) + 0.25);
    model.mutable_linear()->add_intercepts(row - 0.5);
  }
  return model;
}

internal::v1::Predictor Network(int class_count) {
  internal::v1::Predictor model = Base(class_count);
  internal::v1::MlpEstimator& mlp = *model.mutable_mlp();
  mlp.set_activation(internal::v1::MlpEstimator::ACTIVATION_TANH);
  mlp.set_target_offset(class_count == 0 ? 7 : 0);
  mlp.set_target_scale(class_count == 0 ? 3 : 1);
  const int outputs = class_count > 2 ? class_count : 1;
  for (const auto& [rows, columns] : {std::pair(4, 3), std::pair(outputs, 4)}) {
    internal::v1::MlpLayer& layer = *mlp.add_layers();
    for (int i = 0; i < rows * columns; ++i)
      layer.add_weights(0.125F * static_cast<float>(i % 7) - 0.25F);
    for (int i = 0; i < rows; ++i) layer.add_biases(0.5F - static_cast<float>(i));
  }
  return model;
}

// A stump for each output, by the number, which is missing nowhere.
internal::v1::Predictor Trees(int class_count, internal::v1::TreeEnsemble::Link link) {
  internal::v1::Predictor model = Base(class_count);
  internal::v1::TreeEnsemble& trees = *model.mutable_trees();
  trees.set_output_count(class_count > 2 ? class_count : 1);
  trees.set_link(link);
  for (int output = 0; output < trees.output_count(); ++output) {
    trees.add_base_scores(0.125);
    internal::v1::Tree& tree = *trees.add_trees();
    tree.set_output(output);
    for (const int feature : {output % 3, 0, 0}) tree.add_features(feature);
    for (const float threshold : {0.5F, 0.25F, 0.5F + 0.0625F * static_cast<float>(output)}) {
      tree.add_thresholds(threshold);
    }
    for (const int left : {1, -1, -1}) tree.add_left_children(left);
    for (const int right : {2, -1, -1}) tree.add_right_children(right);
    for (const bool missing : {true, false, false}) tree.add_missing_left(missing);
  }
  return model;
}

// What is exported and imported again answers as before, but for roundings.
void ExpectRoundTrip(const internal::v1::Predictor& model) {
  SERIN_ASSERT_OK_AND_ASSIGN(const auto before, Predictor::Create(model));
  SERIN_ASSERT_OK_AND_ASSIGN(const std::string file, ExportOnnx(model));
  SERIN_ASSERT_OK_AND_ASSIGN(const internal::v1::Bundle bundle, ImportModel(file, {}));
  SERIN_ASSERT_OK_AND_ASSIGN(const auto after, Predictor::Create(bundle.predictor()));
  const Table rows = MakeSampleRows(model);
  SERIN_ASSERT_OK_AND_ASSIGN(const Scores expected, before->Score(rows));
  SERIN_ASSERT_OK_AND_ASSIGN(const Scores scores, after->Score(rows));
  ASSERT_EQ(scores.values.size(), expected.values.size());
  for (size_t i = 0; i < scores.values.size(); ++i) {
    EXPECT_NEAR(scores.values[i], expected.values[i],
                1e-6 * std::max(1.0, std::abs(expected.values[i])));
  }
  EXPECT_EQ(bundle.predictor().classes_size(), model.classes_size());
  if (model.classes_size() > 0 && !model.has_mlp()) {
    EXPECT_EQ(bundle.predictor().classes(0), "p");
  }
  EXPECT_THAT(bundle.lineage().imported().producer(), HasSubstr("serin"));
}

TEST(ExportOnnxTest, LinearModelsComeBack) {
  for (const int classes : {0, 2, 3}) ExpectRoundTrip(Linear(classes));
}

TEST(ExportOnnxTest, NetworksComeBack) {
  for (const int classes : {0, 2, 3}) ExpectRoundTrip(Network(classes));
}

TEST(ExportOnnxTest, TreesComeBack) {
  using internal::v1::TreeEnsemble;
  for (const int classes : {0, 2, 3}) {
    ExpectRoundTrip(Trees(classes, TreeEnsemble::LINK_UNSPECIFIED));
  }
  ExpectRoundTrip(Trees(2, TreeEnsemble::LINK_PROBABILITY));
  ExpectRoundTrip(Trees(3, TreeEnsemble::LINK_PROBABILITY));
  ExpectRoundTrip(Trees(0, TreeEnsemble::LINK_LOGISTIC));
}

TEST(ExportOnnxTest, EachFeatureIsAnInputAndTheAnswerAnOutput) {
  SERIN_ASSERT_OK_AND_ASSIGN(const std::string file, ExportOnnx(Linear(2)));
  onnx::ModelProto model;
  ASSERT_TRUE(model.ParseFromString(file));
  ASSERT_EQ(model.graph().input_size(), 2);
  EXPECT_EQ(model.graph().input(0).name(), "x");
  EXPECT_EQ(model.graph().input(1).type().tensor_type().elem_type(), onnx::TensorProto::STRING);
  ASSERT_EQ(model.graph().output_size(), 2);
  EXPECT_EQ(model.graph().output(1).name(), "output_probability");
}

TEST(ExportOnnxTest, RefusesWhatOnnxCannotSay_NamingIt) {
  internal::v1::Predictor sets = Trees(0, {});
  sets.mutable_trees()->mutable_trees(0)->add_category_nodes(0);
  EXPECT_THAT(ExportOnnx(sets), IsError(kUnimplemented, HasSubstr("tree 0 splits by sets")));

  internal::v1::Predictor time = Linear(0);
  time.mutable_features()->mutable_columns(0)->set_type(v1::COLUMN_TYPE_TIMESTAMP);
  EXPECT_THAT(ExportOnnx(time), IsError(kUnimplemented, HasSubstr("feature 'x' is a timestamp")));

  internal::v1::Predictor bayes = Base(2);
  bayes.mutable_naive_bayes();
  EXPECT_THAT(ExportOnnx(bayes), IsError(kUnimplemented, HasSubstr("only linear models")));

  internal::v1::Predictor name = Linear(0);
  name.mutable_features()->mutable_columns(0)->set_name("variable");
  EXPECT_THAT(ExportOnnx(name), IsError(kUnimplemented, HasSubstr("feature 'variable'")));
}

}  // namespace
}  // namespace serin
