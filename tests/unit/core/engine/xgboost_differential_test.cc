// Every way to score trees beside XGBoost's own prediction, on random models and rows.
#include <gtest/gtest.h>
#include <xgboost/c_api.h>

#include <limits>
#include <ostream>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/engine/tree_engine.h"
#include "core/interchange/xgboost_model.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
constexpr size_t kRows = 600;
constexpr size_t kCategoryInputs = 2;  // The first ones, where there are categories.

struct Model {
  int seed;
  int rounds;
  int depth;
  size_t inputs;
  size_t classes = 0;           // 0: regression.
  unsigned categories = 0;      // Of each of the first inputs; 0: they are numbers.
  unsigned values = 2000;       // Of the other inputs; few of them bring ties.
  unsigned missing_one_in = 6;  // 0: nothing is missing.
};

std::ostream& operator<<(std::ostream& out, const Model& model) {
  return out << "model " << model.seed << ": " << model.rounds << " rounds of depth " << model.depth
             << " on " << model.inputs << " inputs";
}

void Check(int code) { ASSERT_EQ(code, 0) << XGBGetLastError(); }

class XgboostDifferentialTest : public ::testing::TestWithParam<Model> {
 protected:
  void SetUp() override {
    MakeRows();
    Check(XGDMatrixCreateFromMat(rows_.data(), kRows, GetParam().inputs, kNaN, &matrix_));
    Check(XGDMatrixSetFloatInfo(matrix_, "label", labels_.data(), kRows));
    SetTypes();
    Check(XGBoosterCreate(&matrix_, 1, &booster_));
    Train();
  }

  void TearDown() override {
    XGBoosterFree(booster_);
    XGDMatrixFree(matrix_);
  }

  absl::StatusOr<internal::v1::TreeEnsemble> Trees() {
    bst_ulong size = 0;
    const char* bytes = nullptr;
    XGBoosterSaveModelToBuffer(booster_, R"({"format":"ubj"})", &size, &bytes);
    return ParseXgboostModel(std::string(bytes, size));
  }

  std::vector<float> Margins() {
    const char* config =
        R"({"type":1,"training":false,"iteration_begin":0,"iteration_end":0,"strict_shape":false})";
    const bst_ulong* shape = nullptr;
    bst_ulong dimensions = 0;
    const float* margins = nullptr;
    XGBoosterPredictFromDMatrix(booster_, matrix_, config, &shape, &dimensions, &margins);
    return std::vector<float>(margins, margins + kRows * outputs());
  }

  static size_t outputs() { return MarginsFor(GetParam().classes); }

  std::vector<float> rows_;

 private:
  void MakeRows() {
    const Model& model = GetParam();
    std::mt19937_64 random(static_cast<uint64_t>(model.seed));
    for (size_t i = 0; i < kRows * model.inputs; ++i) {
      const bool category = model.categories > 0 && i % model.inputs < kCategoryInputs;
      const float value = category ? static_cast<float>(random() % model.categories)
                                   : static_cast<float>(random() % model.values) / 64 - 15;
      const bool missing = model.missing_one_in > 0 && random() % model.missing_one_in == 0;
      rows_.push_back(missing ? kNaN : value);
    }
    for (size_t row = 0; row < kRows; ++row) {
      labels_.push_back(model.classes == 0 ? static_cast<float>(random() % 100) / 7
                                           : static_cast<float>(random() % model.classes));
    }
  }

  void SetTypes() {
    if (GetParam().categories == 0) return;
    std::vector<const char*> types(GetParam().inputs, "float");
    std::fill_n(types.begin(), kCategoryInputs, "c");
    Check(XGDMatrixSetStrFeatureInfo(matrix_, "feature_type", types.data(), types.size()));
  }

  static absl::string_view Objective() {
    if (GetParam().classes == 0) return "reg:squarederror";
    return GetParam().classes == 2 ? "binary:logistic" : "multi:softprob";
  }

  void Train() {
    std::vector<std::pair<std::string, std::string>> parameters = {
        {"objective", std::string(Objective())},
        {"tree_method", "hist"},
        {"max_depth", absl::StrCat(GetParam().depth)},
        {"nthread", "1"},
        {"verbosity", "0"},
        {"min_child_weight", "0"},
        {"gamma", "0.05"} /* prunes some nodes */};
    if (GetParam().classes > 2) {
      parameters.emplace_back("num_class", absl::StrCat(GetParam().classes));
    }
    for (const auto& [name, value] : parameters) {
      Check(XGBoosterSetParam(booster_, name.c_str(), value.c_str()));
    }
    for (int round = 0; round < GetParam().rounds; ++round) {
      Check(XGBoosterUpdateOneIter(booster_, round, matrix_));
    }
  }

  std::vector<float> labels_;
  DMatrixHandle matrix_ = nullptr;
  BoosterHandle booster_ = nullptr;
};

std::vector<float> BaseScores(const internal::v1::TreeEnsemble& trees, size_t rows) {
  std::vector<float> sums;
  for (size_t row = 0; row < rows; ++row) {
    sums.insert(sums.end(), trees.base_scores().begin(), trees.base_scores().end());
  }
  return sums;
}

TEST_P(XgboostDifferentialTest, EveryScorerGivesTheMarginsOfXgboost_InBlocksAndAlone) {
  SERIN_ASSERT_OK_AND_ASSIGN(const internal::v1::TreeEnsemble trees, Trees());
  const std::vector<float> expected = Margins();
  const size_t inputs = GetParam().inputs;
  for (const InstructionSet instructions : InstructionSets()) {
    for (const auto& scorer : TreeScorersFor(trees, inputs, instructions)) {
      std::vector<float> block = BaseScores(trees, kRows);
      scorer->AddLeaves(rows_.data(), kRows, block.data());
      ASSERT_EQ(block, expected) << scorer->name();
      std::vector<float> alone = BaseScores(trees, kRows);
      for (size_t row = 0; row < kRows; ++row) {
        scorer->AddLeaves(rows_.data() + row * inputs, 1, alone.data() + row * outputs());
      }
      ASSERT_EQ(alone, expected) << scorer->name();
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Models, XgboostDifferentialTest,
    ::testing::Values(
        Model{.seed = 1, .rounds = 130, .depth = 6, .inputs = 30, .missing_one_in = 0},
        Model{.seed = 2, .rounds = 40, .depth = 6, .inputs = 30},
        Model{.seed = 3, .rounds = 40, .depth = 1, .inputs = 3},
        Model{.seed = 4, .rounds = 40, .depth = 4, .inputs = 12, .values = 5},
        Model{.seed = 5, .rounds = 30, .depth = 9, .inputs = 8},
        Model{.seed = 6, .rounds = 30, .depth = 6, .inputs = 6, .classes = 2, .categories = 40},
        Model{.seed = 7, .rounds = 12, .depth = 5, .inputs = 9, .classes = 4, .categories = 3},
        Model{.seed = 8, .rounds = 12, .depth = 3, .inputs = 100, .classes = 3, .values = 3},
        Model{.seed = 9, .rounds = 12, .depth = 6, .inputs = 200, .missing_one_in = 2}),
    [](const auto& param) { return absl::StrCat("Model", param.param.seed); });

}  // namespace
}  // namespace serin
