#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/bundle/bundle.h"
#include "core/interchange/import.h"
#include "nlohmann/json.hpp"
#include "onnx/onnx_pb.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
constexpr auto kUnimplemented = absl::StatusCode::kUnimplemented;

std::string ReadFile(const std::string& name) {
  std::ostringstream bytes;
  bytes
      << std::ifstream(absl::StrCat(SERIN_TEST_DATA_DIR, "/onnx/", name), std::ios::binary).rdbuf();
  return bytes.str();
}

void Append(const nlohmann::json& value, ColumnData* column) {
  if (!column->is_string()) {
    column->numbers.push_back(value.is_null() ? std::numeric_limits<double>::quiet_NaN()
                                              : value.get<double>());
    return;
  }
  column->codes.push_back(static_cast<int32_t>(column->dictionary.size()));
  column->dictionary.push_back(value.get<std::string>());
}

Table RowsOf(const nlohmann::json& rows, const v1::Schema& features) {
  Table table;
  for (int i = 0; i < features.columns_size(); ++i) {
    ColumnData& column = table.columns.emplace_back();
    column.type = features.columns(i).type();
    for (const nlohmann::json& row : rows) Append(row.at(i), &column);
  }
  return table;
}

// Models of scikit-learn, and what it answers (tests/data/onnx/make_models.py).
class OnnxModelTest : public ::testing::TestWithParam<const char*> {};

TEST_P(OnnxModelTest, AnswersWhatScikitLearnDoes) {
  const std::string name = GetParam();
  SERIN_ASSERT_OK_AND_ASSIGN(const internal::v1::Bundle bundle,
                             ImportModel(ReadFile(name + ".onnx"), {}));
  SERIN_ASSERT_OK_AND_ASSIGN(const auto predictor, LoadPredictor(bundle));
  const nlohmann::json known = nlohmann::json::parse(ReadFile(name + ".json"));

  SERIN_ASSERT_OK_AND_ASSIGN(
      const Scores scores,
      predictor->Score(RowsOf(known.at("rows"), bundle.predictor().features())));

  std::vector<double> expected;
  for (const nlohmann::json& of_row : known.at("outputs")) {
    if (of_row.is_number()) expected.push_back(of_row.get<double>());
    for (const nlohmann::json& output : of_row.is_array() ? of_row : nlohmann::json::array()) {
      expected.push_back(output.get<double>());
    }
  }
  ASSERT_EQ(scores.values.size(), expected.size());
  // The files have single precision.
  for (size_t i = 0; i < expected.size(); ++i) {
    EXPECT_NEAR(scores.values[i], expected[i], 2e-6 * std::max(1.0, std::abs(expected[i])))
        << "output " << i;
  }
  EXPECT_EQ(bundle.lineage().imported().producer(), "skl2onnx 1.14.0");
}

INSTANTIATE_TEST_SUITE_P(Files, OnnxModelTest,
                         ::testing::Values("logistic_iris", "forest_iris", "boosting_cancer",
                                           "tree_diabetes", "ridge_diabetes", "mlp_cancer",
                                           "mlp_iris", "mlp_diabetes", "mixed"));

onnx::ModelProto Model(const std::string& name) {
  onnx::ModelProto model;
  EXPECT_TRUE(model.ParseFromString(ReadFile(name + ".onnx")));
  return model;
}

onnx::AttributeProto* Attribute(const std::string& name, onnx::NodeProto* node) {
  for (onnx::AttributeProto& attribute : *node->mutable_attribute()) {
    if (attribute.name() == name) return &attribute;
  }
  return node->add_attribute();
}

absl::StatusOr<internal::v1::Bundle> Import(const onnx::ModelProto& model) {
  return ImportModel(model.SerializeAsString(), {});
}

TEST(ImportOnnxTest, TakesNamesTypesAndLabelsFromTheFile) {
  SERIN_ASSERT_OK_AND_ASSIGN(const internal::v1::Bundle mixed, Import(Model("mixed")));
  EXPECT_EQ(mixed.predictor().features().columns(1).name(), "income");
  EXPECT_EQ(mixed.predictor().features().columns(2).type(), v1::COLUMN_TYPE_CATEGORY);
  EXPECT_THAT(mixed.predictor().classes(), ElementsAre("no", "yes"));
  EXPECT_THAT(mixed.warnings(), IsEmpty());  // An Imputer fills what is missing.
  SERIN_ASSERT_OK_AND_ASSIGN(const internal::v1::Bundle ridge, Import(Model("ridge_diabetes")));
  EXPECT_THAT(ridge.warnings(), ElementsAre(HasSubstr("missing values")));

  SERIN_ASSERT_OK_AND_ASSIGN(const internal::v1::Bundle forest, Import(Model("forest_iris")));
  EXPECT_EQ(forest.predictor().features().columns(3).name(), "f3");
  EXPECT_THAT(forest.predictor().classes(), ElementsAre("0", "1", "2"));
  EXPECT_THAT(forest.warnings(), IsEmpty());
}

TEST(ImportOnnxTest, RefusesOperatorsThatItDoesNotKnow_NamingThem) {
  onnx::ModelProto model = Model("ridge_diabetes");
  model.mutable_graph()->mutable_node(0)->set_op_type("SVMRegressor");
  EXPECT_THAT(Import(model), IsError(kUnimplemented, HasSubstr("SVMRegressor 'LinearRegressor")));
}

TEST(ImportOnnxTest, OperatorsThatTheAnswerDoesNotNeedMayBeUnknown) {
  onnx::ModelProto model = Model("logistic_iris");
  onnx::NodeProto* node = model.mutable_graph()->mutable_node(3);
  ASSERT_EQ(node->output(0), "output_label");
  node->set_op_type("NobodyKnowsThis");
  EXPECT_THAT(Import(model), IsOk());
}

TEST(ImportOnnxTest, RefusesComparisonsAndTransformsThatItDoesNotKnow) {
  onnx::ModelProto model = Model("boosting_cancer");
  onnx::NodeProto* node = model.mutable_graph()->mutable_node(0);
  Attribute("nodes_modes", node)->set_strings(0, "BRANCH_EQ");
  EXPECT_THAT(Import(model), IsError(kUnimplemented, HasSubstr("comparison 'BRANCH_EQ'")));

  model = Model("boosting_cancer");
  node = model.mutable_graph()->mutable_node(0);
  Attribute("post_transform", node)->set_s("PROBIT");
  EXPECT_THAT(Import(model), IsError(kUnimplemented, HasSubstr("post_transform 'PROBIT'")));
}

TEST(ImportOnnxTest, GreaterIsLessWithItsSidesExchanged) {
  onnx::ModelProto model = Model("tree_diabetes");
  onnx::NodeProto* node = model.mutable_graph()->mutable_node(0);
  SERIN_ASSERT_OK_AND_ASSIGN(const internal::v1::Bundle less, Import(model));
  auto& modes = *Attribute("nodes_modes", node)->mutable_strings();
  for (std::string& mode : modes) {
    if (mode == "BRANCH_LEQ") mode = "BRANCH_GT";
  }
  Attribute("nodes_truenodeids", node)
      ->mutable_ints()
      ->Swap(Attribute("nodes_falsenodeids", node)->mutable_ints());
  // What is missing was false, and false was right.
  for (auto& tracks : *Attribute("nodes_missing_value_tracks_true", node)->mutable_ints())
    tracks = 1;

  SERIN_ASSERT_OK_AND_ASSIGN(const internal::v1::Bundle greater, Import(model));

  EXPECT_EQ(greater.predictor().trees().SerializeAsString(),
            less.predictor().trees().SerializeAsString());
}

TEST(ImportOnnxTest, RefusesTreesThatAreNone) {
  const auto refused = [](const char* attribute, int index, int64_t value, const char* what) {
    onnx::ModelProto model = Model("tree_diabetes");
    Attribute(attribute, model.mutable_graph()->mutable_node(0))->set_ints(index, value);
    EXPECT_THAT(Import(model), IsError(kInvalid, HasSubstr(what)));
  };
  refused("nodes_truenodeids", 0, 0, "form no trees");
  refused("nodes_truenodeids", 0, 77, "no node 77");
  refused("nodes_nodeids", 1, 0, "node 0 twice");
  refused("nodes_featureids", 0, 10, "column 10 of 10");
  refused("target_ids", 0, -1, "weight for output -1");
}

TEST(ImportOnnxTest, RefusesWeightsThatDoNotFit) {
  onnx::ModelProto model = Model("mlp_iris");
  model.mutable_graph()->mutable_initializer(0)->set_dims(0, 5);
  EXPECT_THAT(Import(model), IsError(kInvalid, HasSubstr("has 24 elements; its shape has 30")));
  model = Model("mlp_iris");
  onnx::TensorProto& weights = *model.mutable_graph()->mutable_initializer(0);
  weights.set_dims(0, 6);
  weights.set_dims(1, 4);
  EXPECT_THAT(Import(model), IsError(kInvalid, HasSubstr("weights of 6 x 4 for 4 columns")));
}

TEST(ImportOnnxTest, RefusesInputsWhoseWidthIsNotSaid) {
  onnx::ModelProto model = Model("mlp_iris");
  auto& type = *model.mutable_graph()->mutable_input(0)->mutable_type()->mutable_tensor_type();
  type.mutable_shape()->mutable_dim(1)->set_dim_param("N");
  EXPECT_THAT(Import(model), IsError(kInvalid, HasSubstr("input 'X' must have the shape")));
}

TEST(ImportOnnxTest, RefusesAGraphThatDoublesItsColumnsUntilTheyFillTheMemory) {
  onnx::ModelProto model = Model("ridge_diabetes");
  onnx::GraphProto& graph = *model.mutable_graph();
  const onnx::NodeProto last = graph.node(0);
  graph.clear_node();
  for (int i = 0; i < 60; ++i) {
    onnx::NodeProto& node = *graph.add_node();
    node.set_op_type("Concat");
    const std::string input = i == 0 ? "X" : absl::StrCat("c", i - 1);
    node.add_input(input);
    node.add_input(input);
    node.add_output(absl::StrCat("c", i));
  }
  *graph.add_node() = last;
  EXPECT_THAT(Import(model),
              IsError(absl::StatusCode::kResourceExhausted, HasSubstr("columns and weights")));
}

TEST(ImportOnnxTest, RefusesAFeatureThatIsUsedInTwoWays) {
  onnx::ModelProto model = Model("logistic_iris");
  onnx::GraphProto& graph = *model.mutable_graph();
  onnx::NodeProto concat;
  concat.set_op_type("Concat");
  concat.add_input("X");
  concat.add_input("scaled");
  concat.add_output("both");
  graph.mutable_node(1)->set_input(0, "both");
  onnx::NodeProto classifier = graph.node(1);
  *graph.mutable_node(3) = classifier;
  *graph.mutable_node(1) = concat;
  graph.mutable_node(2)->Swap(graph.mutable_node(3));
  // 4 + 4 columns for 3 classes.
  auto& weights = *Attribute("coefficients", graph.mutable_node(2))->mutable_floats();
  weights.Resize(24, 1);
  EXPECT_THAT(
      Import(model),
      IsError(kUnimplemented, HasSubstr("feature 'f0' goes into the estimator in two ways")));
}

TEST(ImportOnnxTest, RefusesEmptyNodesThatWouldFillTheMemory) {
  std::string nodes;
  for (int i = 0; i < 4'000'000; ++i) nodes += std::string("\x0a\x00", 2);
  onnx::GraphProto graph;
  // ir_version, then the graph: field 7 with its length in four bytes.
  const std::string file = absl::StrCat(std::string("\x08\x07\x3a\x80\xa4\xe8\x03", 7), nodes);
  EXPECT_THAT(ImportModel(file, {}),
              IsError(absl::StatusCode::kResourceExhausted,
                      HasSubstr("ONNX model: the file would take more than")));
}

// X -> 4 x 100,000 -> Relu -> 100,000 x 3, and an end of which there are many.
onnx::ModelProto WideNetwork(int ends) {
  onnx::ModelProto model = Model("mlp_iris");
  onnx::GraphProto& graph = *model.mutable_graph();
  graph.clear_initializer();
  graph.clear_node();
  const auto add = [&](const std::string& op, const std::string& input, const std::string& output,
                       int64_t rows, int64_t columns) {
    onnx::NodeProto& node = *graph.add_node();
    node.set_op_type(op);
    node.add_input(input);
    node.add_output(output);
    if (rows == 0) return;
    node.add_input("w" + output);
    onnx::TensorProto& weights = *graph.add_initializer();
    weights.set_name("w" + output);
    weights.set_data_type(onnx::TensorProto::FLOAT);
    weights.add_dims(rows);
    weights.add_dims(columns);
    weights.mutable_float_data()->Resize(static_cast<int>(rows * columns), 0.5);
  };
  add("MatMul", "X", "hidden", 4, 100'000);
  add("Relu", "hidden", "active", 0, 0);
  add("MatMul", "active", "scores", 100'000, 3);
  for (int i = 0; i < ends; ++i) add("Softmax", "scores", absl::StrCat("end", i), 0, 0);
  graph.mutable_output(graph.output_size() > 1 ? 1 : 0)->set_name("end0");
  return model;
}

TEST(ImportOnnxTest, RefusesAGraphThatEndsANetworkUntilItsWeightsFillTheMemory) {
  EXPECT_THAT(Import(WideNetwork(1)), IsOk());
  EXPECT_THAT(Import(WideNetwork(300)),
              IsError(absl::StatusCode::kResourceExhausted, HasSubstr("columns and weights")));
}

TEST(ImportOnnxTest, RefusesToCombineRows) {
  onnx::ModelProto model = Model("ridge_diabetes");
  onnx::GraphProto& graph = *model.mutable_graph();
  const onnx::NodeProto last = graph.node(0);
  graph.clear_node();
  onnx::NodeProto& concat = *graph.add_node();
  concat.set_op_type("Concat");
  concat.add_input(last.input(0));
  concat.add_output("x");
  onnx::AttributeProto& axis = *concat.add_attribute();
  axis.set_name("axis");
  axis.set_i(0);
  *graph.add_node() = last;
  graph.mutable_node(1)->set_input(0, "x");
  EXPECT_THAT(Import(model), IsError(kUnimplemented, HasSubstr("its axis is 0")));
  graph.mutable_node(0)->mutable_attribute(0)->set_i(-1);
  EXPECT_THAT(Import(model), IsOk());

  // Of Gather 0 is what an axis that is not given is.
  onnx::TensorProto& indexes = *graph.add_initializer();
  indexes.set_name("indexes");
  indexes.set_data_type(onnx::TensorProto::INT64);
  indexes.add_dims(10);
  for (int i = 0; i < 10; ++i) indexes.add_int64_data(i);
  graph.mutable_node(0)->set_op_type("Gather");
  graph.mutable_node(0)->add_input("indexes");
  EXPECT_THAT(Import(model), IsOk());
  graph.mutable_node(0)->clear_attribute();
  EXPECT_THAT(Import(model), IsError(kUnimplemented, HasSubstr("its axis is 0")));
}

TEST(ImportOnnxTest, SharesThatAreCombined_AreOfOneEstimator) {
  // Two classes, in the way that Serin exports them: 1 - p and p.
  const auto model = [](const char* complement_of) {
    onnx::ModelProto model = Model("mlp_cancer");
    onnx::GraphProto& graph = *model.mutable_graph();
    std::string margin;
    for (const onnx::NodeProto& node : graph.node()) {
      if (node.op_type() == "Sigmoid") margin = node.input(0);
    }
    const auto add = [&](const char* op, std::vector<std::string> inputs, const char* output) {
      onnx::NodeProto& node = *graph.add_node();
      node.set_op_type(op);
      for (const std::string& input : inputs) node.add_input(input);
      node.add_output(output);
    };
    onnx::TensorProto& one = *graph.add_initializer();
    one.set_name("one");
    one.set_data_type(onnx::TensorProto::FLOAT);
    one.add_float_data(1);
    add("Sigmoid", {margin}, "p");
    add("Sigmoid", {margin}, "q");
    add("Sub", {"one", complement_of}, "other");
    add("Concat", {"other", "p"}, "both");
    graph.mutable_output(graph.output_size() > 1 ? 1 : 0)->set_name("both");
    return model;
  };
  EXPECT_THAT(Import(model("p")), IsOk());
  EXPECT_THAT(Import(model("q")), IsError(kUnimplemented, HasSubstr("the shares 1 - p and p")));
}

}  // namespace
}  // namespace serin
