#include <xgboost/c_api.h>

#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "core/explain/tree_attribution.h"
#include "core/interchange/xgboost_model.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

constexpr size_t kRows = 400;
constexpr size_t kInputs = 8;
constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

struct Objective {
  const char* name;
  size_t outputs;
};

void Check(int code) { ASSERT_EQ(code, 0) << XGBGetLastError(); }

// Explanations beside those of XGBoost itself (`pred_contribs`), of a model that it has trained on
// random rows of which a sixth of the values is missing.
class XgboostContributionsTest : public ::testing::TestWithParam<Objective> {
 protected:
  void SetUp() override {
    std::mt19937_64 random(3);
    for (size_t i = 0; i < kRows * kInputs; ++i) {
      const auto value = static_cast<float>(random() % 2000) / 64 - 15;
      inputs_.push_back(random() % 6 == 0 ? kNaN : value);
    }
    std::vector<float> labels;
    for (size_t row = 0; row < kRows; ++row) {
      const float x = inputs_[row * kInputs] + 3 * inputs_[row * kInputs + 1];
      labels.push_back(GetParam().outputs == 1
                           ? static_cast<float>(x > 0)
                           : static_cast<float>((random() + (x > 0 ? 1 : 0)) % GetParam().outputs));
    }
    Check(XGDMatrixCreateFromMat(inputs_.data(), kRows, kInputs, kNaN, &matrix_));
    Check(XGDMatrixSetFloatInfo(matrix_, "label", labels.data(), kRows));
    Check(XGBoosterCreate(&matrix_, 1, &booster_));
    Train();
  }

  void TearDown() override {
    XGBoosterFree(booster_);
    XGDMatrixFree(matrix_);
  }

  std::string Save() {
    bst_ulong size = 0;
    const char* bytes = nullptr;
    XGBoosterSaveModelToBuffer(booster_, R"({"format":"ubj"})", &size, &bytes);
    return std::string(bytes, size);
  }

  // rows x outputs x (inputs, then the base).
  std::vector<float> Contributions() {
    const char* config =
        R"({"type":2,"training":false,"iteration_begin":0,"iteration_end":0,"strict_shape":true})";
    const bst_ulong* shape = nullptr;
    bst_ulong dimensions = 0;
    const float* values = nullptr;
    XGBoosterPredictFromDMatrix(booster_, matrix_, config, &shape, &dimensions, &values);
    return std::vector<float>(values, values + kRows * GetParam().outputs * (kInputs + 1));
  }

  std::vector<float> inputs_;

 private:
  void Train() {
    std::vector<std::pair<std::string, std::string>> parameters = {{"objective", GetParam().name},
                                                                   {"tree_method", "hist"},
                                                                   {"max_depth", "5"},
                                                                   {"nthread", "1"},
                                                                   {"verbosity", "0"},
                                                                   {"gamma", "0.05"}};
    if (GetParam().outputs > 1) {
      parameters.emplace_back("num_class", std::to_string(GetParam().outputs));
    }
    for (const auto& [name, value] : parameters) {
      Check(XGBoosterSetParam(booster_, name.c_str(), value.c_str()));
    }
    for (int round = 0; round < 15; ++round) {
      Check(XGBoosterUpdateOneIter(booster_, round, matrix_));
    }
  }

  DMatrixHandle matrix_ = nullptr;
  BoosterHandle booster_ = nullptr;
};

TEST_P(XgboostContributionsTest, AreThoseOfXgboost) {
  SERIN_ASSERT_OK_AND_ASSIGN(const internal::v1::TreeEnsemble trees, ParseXgboostModel(Save()));
  const auto attribution = TreeAttribution::Create(trees, kInputs);
  ASSERT_NE(attribution, nullptr);
  const std::vector<float> expected = Contributions();
  const size_t outputs = GetParam().outputs;
  std::vector<double> margins(outputs);
  std::vector<double> contributions(outputs * kInputs);
  for (size_t row = 0; row < kRows; ++row) {
    const std::vector<double> inputs(inputs_.begin() + row * kInputs,
                                     inputs_.begin() + (row + 1) * kInputs);
    attribution->Explain(inputs.data(), margins.data(), contributions.data());
    for (size_t output = 0; output < outputs; ++output) {
      const float* theirs = expected.data() + (row * outputs + output) * (kInputs + 1);
      // Sums in single precision, of margins of this size.
      const double tolerance = 1e-5 * std::max(1.0, std::abs(margins[output]));
      ASSERT_NEAR(attribution->bases()[output], theirs[kInputs], tolerance);
      for (size_t i = 0; i < kInputs; ++i) {
        ASSERT_NEAR(contributions[output * kInputs + i], theirs[i], tolerance)
            << "row " << row << " output " << output << " input " << i;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Objectives, XgboostContributionsTest,
                         ::testing::Values(Objective{"reg:squarederror", 1},
                                           Objective{"binary:logistic", 1},
                                           Objective{"multi:softprob", 3}));

}  // namespace
}  // namespace serin
