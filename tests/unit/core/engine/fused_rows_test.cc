// What linear models and networks make of rows without encoding them has to be what they make of
// encoded rows, to the last bit.
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/engine/linear_engine.h"
#include "core/engine/mlp_engine.h"
#include "core/pipeline/pipeline.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr int kCategories = 5;

class FusedRowsTest : public testing::TestWithParam<int> {
 protected:
  FusedRowsTest() : random_(GetParam()) {
    const int columns = 1 + Below(6);
    for (int i = 0; i < columns; ++i) AddColumn(i);
    pipeline_.emplace(*Pipeline::Create(fitted_, features_));
    FillRows(1 + Below(200));
    pipeline_->Bind(rows_, &binding_);
  }

  int Below(int end) { return static_cast<int>(random_() % static_cast<unsigned>(end)); }

  // Often 0 of either sign.
  double Number() {
    switch (Below(8)) {
      case 0:
        return 0;
      case 1:
        return -0.0;
      case 2:
        return 1e7 * (Below(2) == 0 ? 1 : -1);
      default:
        return (Below(2'000'001) - 1'000'000) / 997.0;
    }
  }

  void AddColumn(int i) {
    v1::ColumnSchema& feature = *features_.add_columns();
    feature.set_name(absl::StrCat("f", i));
    internal::v1::ColumnTransform& transform = *fitted_.add_columns();
    transform.set_missing_indicator(Below(2) == 0);
    feature.set_type(v1::COLUMN_TYPE_CATEGORY);
    switch (Below(3)) {
      case 0:
        AddCategories(transform.mutable_one_hot());
        if (Below(2) == 0) transform.mutable_one_hot()->set_fill(Below(kCategories));
        break;
      case 1:
        AddCategories(transform.mutable_target_mean());
        for (int c = 0; c < kCategories; ++c) transform.mutable_target_mean()->add_means(Number());
        transform.mutable_target_mean()->set_fill(Number());
        break;
      default:
        feature.set_type(v1::COLUMN_TYPE_NUMBER);
        transform.mutable_numeric()->set_fill(Number());
        transform.mutable_numeric()->set_offset(Number());
        transform.mutable_numeric()->set_scale(0.5 + Below(100));
        if (Below(2) == 0) transform.mutable_numeric()->set_max(500);
    }
  }

  template <typename Transform>
  static void AddCategories(Transform* transform) {
    for (int c = 0; c < kCategories; ++c) transform->add_categories(absl::StrCat("c", c));
  }

  // Some missing, some categories that the pipeline does not know.
  void FillRows(int count) {
    for (const v1::ColumnSchema& feature : features_.columns()) {
      ColumnData& column = rows_.columns.emplace_back();
      column.type = feature.type();
      for (int c = 0; c <= kCategories; ++c) column.dictionary.push_back(absl::StrCat("c", c));
      for (int row = 0; row < count; ++row) {
        if (column.is_string()) {
          column.codes.push_back(Below(kCategories + 2) - 1);
        } else {
          column.numbers.push_back(Below(6) == 0 ? kNaN : Number());
        }
      }
    }
  }

  void ExpectSameBits(const Estimator& estimator) {
    const size_t count = rows_.row_count();
    std::vector<double> inputs(count * pipeline_->output_count());
    pipeline_->Apply(rows_, binding_, 0, count, inputs.data());
    std::vector<double> encoded(count * estimator.margin_count());
    estimator.Score(inputs.data(), count, encoded.data());

    std::vector<double> fused(encoded.size(), kNaN);
    const size_t begin = count / 3;
    EstimatorScratch scratch;
    estimator.ScoreRows({*pipeline_, rows_, binding_, 0, begin}, &scratch, fused.data());
    estimator.ScoreRows({*pipeline_, rows_, binding_, begin, count}, &scratch,
                        fused.data() + begin * estimator.margin_count());
    EXPECT_EQ(std::memcmp(fused.data(), encoded.data(), encoded.size() * sizeof(double)), 0);
    EXPECT_TRUE(scratch.inputs.empty() || negative_zero_) << "the rows were encoded";
  }

  std::mt19937 random_;
  v1::Schema features_;
  internal::v1::Pipeline fitted_;
  std::optional<const Pipeline> pipeline_;
  Table rows_;
  Pipeline::Binding binding_;
  bool negative_zero_ = false;
};

TEST_P(FusedRowsTest, LinearModels_AnswerAsOfEncodedRows) {
  for (const size_t margins : {1, 3}) {
    internal::v1::LinearEstimator message;
    for (size_t i = 0; i < margins; ++i) {
      message.add_intercepts(Number());
      const double intercept = message.intercepts(static_cast<int>(i));
      negative_zero_ |= intercept == 0 && std::signbit(intercept);
    }
    for (size_t i = 0; i < margins * pipeline_->output_count(); ++i) message.add_weights(Number());
    SERIN_ASSERT_OK_AND_ASSIGN(const auto engine,
                               LinearEngine::Create(message, pipeline_->output_count(), margins));
    ExpectSameBits(*engine);
  }
}

TEST_P(FusedRowsTest, Perceptrons_AnswerAsOfEncodedRows) {
  internal::v1::MlpEstimator message;
  message.set_activation(Below(2) == 0 ? internal::v1::MlpEstimator::ACTIVATION_RELU
                                       : internal::v1::MlpEstimator::ACTIVATION_TANH);
  message.set_target_scale(1.5);
  size_t inputs = pipeline_->output_count();
  for (int layer = Below(3); layer >= 0; --layer) {
    const size_t outputs = layer == 0 ? 1 : static_cast<size_t>(1 + Below(9));
    internal::v1::MlpLayer& out = *message.add_layers();
    for (size_t i = 0; i < inputs * outputs; ++i) {
      out.add_weights(static_cast<float>(Number() / 1e4));
    }
    for (size_t i = 0; i < outputs; ++i) out.add_biases(static_cast<float>(Number() / 1e4));
    inputs = outputs;
  }
  SERIN_ASSERT_OK_AND_ASSIGN(const auto engine,
                             MlpEngine::Create(message, pipeline_->output_count(), 0));
  ExpectSameBits(*engine);
}

INSTANTIATE_TEST_SUITE_P(RandomModels, FusedRowsTest, testing::Range(0, 300));

}  // namespace
}  // namespace serin
