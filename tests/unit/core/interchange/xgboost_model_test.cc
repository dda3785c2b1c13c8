#include "core/interchange/xgboost_model.h"

#include <xgboost/c_api.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <ostream>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "core/engine/predictor.h"
#include "core/engine/tree_engine.h"
#include "nlohmann/json.hpp"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using ::testing::HasSubstr;

constexpr size_t kRows = 700;
constexpr size_t kInputs = 9;
constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

struct Objective {
  const char* name;
  size_t class_count;      // 0: regression.
  const char* base_score;  // On the scale of the predictions.
  int categories = 0;      // Of the first two inputs; 0: they are numbers.
  bool share = false;      // The labels are from 0 to 1.
};

std::ostream& operator<<(std::ostream& out, const Objective& objective) {
  return out << objective.name << " from " << objective.base_score << " with "
             << objective.categories << " categories";
}

void Check(int code) { ASSERT_EQ(code, 0) << XGBGetLastError(); }

// XGBoost itself, trained on random rows of which a sixth of the values is missing.
class XgboostModelTest : public ::testing::TestWithParam<Objective> {
 protected:
  void SetUp() override {
    MakeRows();
    Check(XGDMatrixCreateFromMat(inputs_.data(), kRows, kInputs, kNaN, &matrix_));
    Check(XGDMatrixSetFloatInfo(matrix_, "label", labels_.data(), kRows));
    SetTypes();
    Check(XGBoosterCreate(&matrix_, 1, &booster_));
    Train();
  }

  void TearDown() override {
    XGBoosterFree(booster_);
    XGDMatrixFree(matrix_);
  }

  std::string Save(const char* config = R"({"format":"ubj"})") {
    bst_ulong size = 0;
    const char* bytes = nullptr;
    XGBoosterSaveModelToBuffer(booster_, config, &size, &bytes);
    return std::string(bytes, size);
  }

  std::vector<float> Margins() {
    return Predict(
        R"({"type":1,"training":false,"iteration_begin":0,"iteration_end":0,"strict_shape":false})");
  }

  // Probabilities (of the second class, for two) or values.
  std::vector<float> Outputs() {
    return Predict(
        R"({"type":0,"training":false,"iteration_begin":0,"iteration_end":0,"strict_shape":false})");
  }

  std::vector<float> Predict(const char* config) {
    const bst_ulong* shape = nullptr;
    bst_ulong dimensions = 0;
    const float* values = nullptr;
    XGBoosterPredictFromDMatrix(booster_, matrix_, config, &shape, &dimensions, &values);
    size_t count = 1;
    for (bst_ulong i = 0; i < dimensions; ++i) count *= shape[i];
    return std::vector<float>(values, values + count);
  }

  static size_t margin_count() { return MarginsFor(GetParam().class_count); }

  std::vector<float> inputs_;
  std::vector<float> labels_;

 private:
  void MakeRows() {
    std::mt19937_64 random(7);
    for (size_t i = 0; i < kRows * kInputs; ++i) {
      const bool category = GetParam().categories > 0 && i % kInputs < 2;
      const float value = category ? static_cast<float>(random() % GetParam().categories)
                                   : static_cast<float>(random() % 2000) / 64 - 15;
      inputs_.push_back(random() % 6 == 0 ? kNaN : value);
    }
    const size_t classes = GetParam().class_count;
    for (size_t row = 0; row < kRows; ++row) {
      const auto noise = static_cast<float>(random() % 100);
      const float value = GetParam().share ? noise / 100 : noise / 7;
      labels_.push_back(classes == 0 ? value : static_cast<float>(random() % classes));
    }
  }

  void SetTypes() {
    if (GetParam().categories == 0) return;
    std::vector<const char*> types(kInputs, "float");
    types[0] = types[1] = "c";
    Check(XGDMatrixSetStrFeatureInfo(matrix_, "feature_type", types.data(), types.size()));
  }

  void Train() {
    std::vector<std::pair<std::string, std::string>> parameters = {
        {"objective", GetParam().name},
        {"base_score", GetParam().base_score},
        {"tree_method", "hist"},
        {"max_depth", "6"},
        {"nthread", "1"},
        {"verbosity", "0"},
        {"gamma", "0.05"} /* prunes some nodes */};
    if (GetParam().class_count > 2) {
      parameters.emplace_back("num_class", std::to_string(GetParam().class_count));
    }
    for (const auto& [name, value] : parameters) {
      Check(XGBoosterSetParam(booster_, name.c_str(), value.c_str()));
    }
    for (int round = 0; round < 20; ++round)
      Check(XGBoosterUpdateOneIter(booster_, round, matrix_));
  }

  DMatrixHandle matrix_ = nullptr;
  BoosterHandle booster_ = nullptr;
};

TEST_P(XgboostModelTest, ImportedTreesGiveTheMarginsOfXgboost_BitForBit) {
  SERIN_ASSERT_OK_AND_ASSIGN(const internal::v1::TreeEnsemble trees, ParseXgboostModel(Save()));
  SERIN_ASSERT_OK_AND_ASSIGN(const auto engine, TreeEngine::Create(trees, kInputs, margin_count()));
  const std::vector<double> inputs(inputs_.begin(), inputs_.end());
  std::vector<double> margins(kRows * margin_count());

  engine->Score(inputs.data(), kRows, margins.data());

  int category_nodes = 0;
  for (const auto& tree : trees.trees()) category_nodes += tree.category_nodes_size();
  EXPECT_EQ(category_nodes > 0, GetParam().categories > 0);
  const std::vector<float> expected = Margins();
  EXPECT_NE(expected.front(), expected.back());
  for (size_t i = 0; i < margins.size(); ++i) {
    ASSERT_EQ(std::bit_cast<uint32_t>(static_cast<float>(margins[i])),
              std::bit_cast<uint32_t>(expected[i]))
        << "row " << i / margin_count();
  }
}

TEST_P(XgboostModelTest, CoversOfChildrenAddUpToTheirParents) {
  SERIN_ASSERT_OK_AND_ASSIGN(const internal::v1::TreeEnsemble trees, ParseXgboostModel(Save()));
  for (const internal::v1::Tree& tree : trees.trees()) {
    ASSERT_EQ(tree.covers_size(), tree.thresholds_size());
    for (int node = 0; node < tree.covers_size(); ++node) {
      if (tree.left_children(node) < 0) continue;
      const float below =
          tree.covers(tree.left_children(node)) + tree.covers(tree.right_children(node));
      ASSERT_NEAR(below, tree.covers(node), 1e-3 * tree.covers(node));
    }
  }
}

TEST_P(XgboostModelTest, JsonAndUbjsonSayTheSame) {
  SERIN_ASSERT_OK_AND_ASSIGN(const internal::v1::TreeEnsemble trees, ParseXgboostModel(Save()));
  SERIN_ASSERT_OK_AND_ASSIGN(const ImportedModel binary, ImportXgboost(Save()));
  SERIN_ASSERT_OK_AND_ASSIGN(const ImportedModel text, ImportXgboost(Save(R"({"format":"json"})")));

  EXPECT_EQ(binary.predictor.trees().SerializeAsString(), trees.SerializeAsString());
  EXPECT_EQ(text.predictor.SerializeAsString(), binary.predictor.SerializeAsString());
  EXPECT_EQ(text.producer, "xgboost 1.7.4");
}

TEST_P(XgboostModelTest, AnImportedModelAnswersWhatXgboostDoes) {
  SERIN_ASSERT_OK_AND_ASSIGN(ImportedModel model, ImportXgboost(Save()));
  model.predictor.mutable_target()->set_name("y");
  const std::vector<float> expected = Outputs();
  SERIN_ASSERT_OK_AND_ASSIGN(const auto predictor, Predictor::Create(model.predictor));
  Table rows;
  for (size_t input = 0; input < kInputs; ++input) {
    rows.columns.push_back({"", v1::COLUMN_TYPE_NUMBER, {}, {}, {}});
    for (size_t row = 0; row < kRows; ++row) {
      rows.columns.back().numbers.push_back(inputs_[row * kInputs + input]);
    }
  }

  SERIN_ASSERT_OK_AND_ASSIGN(const Scores scores, predictor->Score(rows));

  const size_t classes = GetParam().class_count;
  for (size_t row = 0; row < kRows; ++row) {
    if (expected.size() == kRows && classes > 2) {  // Labels.
      const double* of_row = scores.values.data() + row * classes;
      ASSERT_EQ(std::max_element(of_row, of_row + classes) - of_row, expected[row])
          << "row " << row;
      continue;
    }
    for (size_t i = 0; i < margin_count(); ++i) {
      const double ours = scores.values[classes == 2 ? 2 * row + 1 : row * margin_count() + i];
      const double theirs = expected[row * margin_count() + i];
      ASSERT_NEAR(ours, theirs, 1e-6 * std::max(1.0, std::abs(theirs))) << "row " << row;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Objectives, XgboostModelTest,
    ::testing::Values(
        Objective{"reg:squarederror", 0, "7.25"}, Objective{"reg:squarederror", 0, "-1234.567"},
        Objective{"binary:logistic", 2, "0.5"}, Objective{"binary:logistic", 2, "0.123"},
        Objective{"reg:logistic", 0, "0.25", 0, true}, Objective{"count:poisson", 0, "2.5"},
        Objective{"reg:pseudohubererror", 0, "7"}, Objective{"reg:absoluteerror", 0, "7"},
        Objective{"multi:softmax", 3, "0.5"}, Objective{"multi:softprob", 3, "0.5"},
        Objective{"multi:softprob", 7, "0.5"}, Objective{"binary:logistic", 2, "0.5", 3},
        Objective{"binary:logistic", 2, "0.5", 31}, Objective{"reg:squarederror", 0, "1", 70},
        Objective{"multi:softprob", 3, "0.5", 300}));

constexpr char kStump[] = R"({"learner": {
    "learner_model_param": {"base_score": "1E0", "num_class": "0"},
    "objective": {"name": "reg:squarederror"},
    "gradient_booster": {"model": {"tree_info": [0], "trees": [{
        "left_children": [1, -1, -1], "right_children": [2, -1, -1],
        "split_indices": [3, 0, 0], "split_conditions": [0.5, -1, 1],
        "default_left": [1, 0, 0], "sum_hessian": [9, 6.5, 2.5]}]}}}})";

std::string StumpWith(const std::string& from, const std::string& to) {
  return absl::StrReplaceAll(kStump, {{from, to}});
}

std::string Ubjson(const std::string& json) {
  const auto bytes = nlohmann::json::to_ubjson(nlohmann::json::parse(json));
  return std::string(bytes.begin(), bytes.end());
}

TEST(ParseXgboostModelTest, ReadsAStump) {
  SERIN_ASSERT_OK_AND_ASSIGN(const internal::v1::TreeEnsemble trees,
                             ParseXgboostModel(Ubjson(kStump)));

  EXPECT_EQ(trees.output_count(), 1);
  EXPECT_THAT(trees.base_scores(), ::testing::ElementsAre(1.0f));
  ASSERT_EQ(trees.trees_size(), 1);
  EXPECT_THAT(trees.trees(0).features(), ::testing::ElementsAre(3, 0, 0));
  EXPECT_THAT(trees.trees(0).thresholds(), ::testing::ElementsAre(0.5f, -1.0f, 1.0f));
  EXPECT_THAT(trees.trees(0).missing_left(), ::testing::ElementsAre(true, false, false));
  EXPECT_THAT(trees.trees(0).covers(), ::testing::ElementsAre(9.0f, 6.5f, 2.5f));
}

TEST(ParseXgboostModelTest, RefusesOtherObjectives_NamingThem) {
  EXPECT_THAT(ParseXgboostModel(Ubjson(StumpWith("reg:squarederror", "survival:aft"))),
              IsError(absl::StatusCode::kUnimplemented, HasSubstr("'survival:aft'")));
}

TEST(ParseXgboostModelTest, RefusesNodesThatFormNoTree) {
  for (const char* left : {"[0, -1, -1]", "[9, -1, -1]", "[-7, -1, -1]", "[1, 0, -1]"}) {
    EXPECT_THAT(ParseXgboostModel(Ubjson(StumpWith("[1, -1, -1]", left))),
                IsError(absl::StatusCode::kInvalidArgument, HasSubstr("no tree")))
        << left;
  }
}

TEST(ParseXgboostModelTest, ReadsSetsOfCategories) {
  const std::string split = StumpWith("\"default_left\"", R"("categories_nodes": [0],
      "categories_segments": [1], "categories_sizes": [2], "categories": [7, 3, 40],
      "default_left")");
  SERIN_ASSERT_OK_AND_ASSIGN(const internal::v1::TreeEnsemble trees,
                             ParseXgboostModel(Ubjson(split)));
  EXPECT_THAT(trees.trees(0).category_nodes(), ::testing::ElementsAre(0));
  EXPECT_THAT(trees.trees(0).category_begins(), ::testing::ElementsAre(0));
  EXPECT_THAT(trees.trees(0).categories(), ::testing::ElementsAre(3, 40));

  EXPECT_THAT(ParseXgboostModel(Ubjson(absl::StrReplaceAll(split, {{"[2]", "[3]"}}))),
              IsError(absl::StatusCode::kInvalidArgument, HasSubstr("categories lie outside")));
}

TEST(ImportXgboostTest, SoftmaxOverTwoClassesIsOneMargin) {
  const std::string two = absl::StrReplaceAll(
      kStump, {{"\"num_class\": \"0\"", "\"num_class\": \"2\", \"num_feature\": \"4\""},
               {"reg:squarederror", "multi:softprob"}});
  SERIN_ASSERT_OK_AND_ASSIGN(const ImportedModel model, ImportXgboost(two));

  EXPECT_THAT(model.predictor.classes(), ::testing::ElementsAre("0", "1"));
  EXPECT_EQ(model.predictor.trees().output_count(), 1);
  EXPECT_THAT(model.predictor.trees().base_scores(), ::testing::ElementsAre(0.0f));
  EXPECT_THAT(model.predictor.trees().trees(0).thresholds(),
              ::testing::ElementsAre(0.5f, 1.0f, -1.0f));
}

TEST(ImportXgboostTest, RefusesOtherBoostersAndSeveralTargets) {
  const std::string dart =
      absl::StrReplaceAll(kStump, {{"{\"model\"", "{\"name\": \"dart\", \"model\""}});
  EXPECT_THAT(ImportXgboost(dart),
              IsError(absl::StatusCode::kUnimplemented, HasSubstr("booster 'dart'")));
  const std::string targets =
      absl::StrReplaceAll(kStump, {{"\"num_class\"", "\"num_target\": \"3\", \"num_class\""}});
  EXPECT_THAT(ImportXgboost(targets),
              IsError(absl::StatusCode::kUnimplemented, HasSubstr("3 targets")));
}

TEST(ImportXgboostTest, RefusesSizesThatAFewBytesAskFor) {
  for (const char* name : {"num_feature", "num_class"}) {
    const std::string huge = absl::StrReplaceAll(
        kStump, {{"\"num_class\": \"0\"", absl::StrCat("\"", name, "\": \"2000000000\"")}});
    EXPECT_THAT(ImportXgboost(huge), IsError(absl::StatusCode::kInvalidArgument, HasSubstr(name)));
  }
}

TEST(ParseXgboostModelTest, RefusesWhatIsNoModel) {
  for (const std::string& text :
       {std::string(), std::string("{"), std::string(kStump), Ubjson("[]"),
        Ubjson("{\"learner\": 3}"), Ubjson(StumpWith("\"1E0\"", "\"one\"")),
        Ubjson(StumpWith("\"0\"", "\"-4\"")), Ubjson(StumpWith("[0.5, -1, 1]", "[0.5]")),
        Ubjson(kStump).substr(0, 100)}) {
    EXPECT_THAT(ParseXgboostModel(text),
                IsError(absl::StatusCode::kInvalidArgument, HasSubstr("XGBoost model: ")))
        << text;
  }
}

}  // namespace
}  // namespace serin
