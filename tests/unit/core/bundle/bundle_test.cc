#include "core/bundle/bundle.h"

#include <cstdint>
#include <string>

#include "google/protobuf/util/message_differencer.h"
#include "tests/testing/small_model.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using ::google::protobuf::util::MessageDifferencer;
using ::testing::HasSubstr;

constexpr auto kDataLoss = absl::StatusCode::kDataLoss;
constexpr size_t kVersionOffset = 8;
constexpr size_t kLengthOffset = 12;

std::string Encoded() { return *EncodeBundle(SmallBundle()); }

TEST(BundleTest, ComesBackAsItWas) {
  SERIN_ASSERT_OK_AND_ASSIGN(const internal::v1::Bundle bundle, DecodeBundle(Encoded()));
  EXPECT_TRUE(MessageDifferencer::Equals(bundle, SmallBundle()));
}

TEST(BundleTest, TheSameModelGivesTheSameBytes) {
  // Hash maps of different histories serialise in different orders unless told not to.
  internal::v1::Bundle bundle = SmallBundle();
  auto& fields =
      *bundle.mutable_lineage()->mutable_spec()->mutable_hyperparameters()->mutable_fields();
  for (int i = 0; i < 100; ++i) fields[std::to_string(i)];
  for (int i = 0; i < 100; ++i) fields.erase(std::to_string(i));
  EXPECT_EQ(*EncodeBundle(bundle), Encoded());
}

TEST(DecodeBundleTest, EveryPrefixIsRefused) {
  const std::string bytes = Encoded();
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_THAT(DecodeBundle(absl::string_view(bytes).substr(0, size)),
                IsError(kDataLoss, HasSubstr("bundle: ")))
        << size;
  }
}

TEST(DecodeBundleTest, EveryFlippedBitIsFound) {
  std::string bytes = Encoded();
  for (size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ 1 << bit % 8);
    EXPECT_FALSE(DecodeBundle(bytes).ok()) << bit;
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ 1 << bit % 8);
  }
  EXPECT_THAT(DecodeBundle(bytes), IsOk());
}

TEST(DecodeBundleTest, SaysWhatIsWrongAndWhere) {
  const std::string good = Encoded();
  std::string changed = good;
  changed[30] = static_cast<char>(changed[30] + 1);
  std::string later = good;
  later[kVersionOffset] = 2;
  std::string longer = good;
  longer[kLengthOffset + 7] = '\x7f';

  EXPECT_THAT(DecodeBundle("PK\x03\x04 and more"), IsError(kDataLoss, HasSubstr("magic")));
  EXPECT_THAT(DecodeBundle(good.substr(0, 20)),
              IsError(kDataLoss, HasSubstr("byte 20: ends early")));
  EXPECT_THAT(DecodeBundle(good + "x"), IsError(kDataLoss, HasSubstr("byte 12: announces")));
  EXPECT_THAT(DecodeBundle(longer), IsError(kDataLoss, HasSubstr("byte 12: announces")));
  EXPECT_THAT(DecodeBundle(changed), IsError(kDataLoss, HasSubstr("checksum")));
  EXPECT_THAT(DecodeBundle(later),
              IsError(absl::StatusCode::kUnimplemented, HasSubstr("format version 2")));
}

TEST(LoadPredictorTest, ReproducesTheGoldenRows) {
  SERIN_ASSERT_OK_AND_ASSIGN(const auto predictor, LoadPredictor(SmallBundle()));
  EXPECT_EQ(predictor->model().target().name(), "y");
}

TEST(LoadPredictorTest, RefusesAModelThatAnswersOtherwise_NamingRowAndOutput) {
  internal::v1::Bundle bundle = SmallBundle();
  bundle.mutable_predictor()->mutable_linear()->set_weights(1, 10 + 1e-14);  // Of blue.
  EXPECT_THAT(LoadPredictor(bundle), IsError(absl::StatusCode::kFailedPrecondition,
                                             HasSubstr("golden row 1: output 0 is 10.5")));
}

TEST(LoadPredictorTest, RefusesABundleThatProvesNothing) {
  const auto expect = [](const char* message, auto change) {
    internal::v1::Bundle bundle = SmallBundle();
    change(*bundle.mutable_golden_rows());
    EXPECT_THAT(LoadPredictor(bundle),
                IsError(absl::StatusCode::kInvalidArgument, HasSubstr(message)));
  };
  using Golden = internal::v1::GoldenRows;
  expect("golden rows: there are none", [](Golden& g) { g.clear_outputs(); });
  expect("1 columns for 2 features", [](Golden& g) { g.mutable_columns()->RemoveLast(); });
  expect("golden rows: columns[0]: ", [](Golden& g) { g.add_outputs(1); });
  expect("golden rows: columns[1]: ", [](Golden& g) { *g.mutable_columns(1) = g.columns(0); });
  expect("at most 64", [](Golden& g) { g.mutable_outputs()->Resize(65, 0); });
}

TEST(DescribeBundleTest, TellsWhatAModelVersionShows) {
  const internal::v1::Bundle bundle = SmallBundle();
  const v1::ModelVersion version = DescribeBundle(bundle);

  EXPECT_EQ(version.task(), v1::TASK_REGRESSION);
  EXPECT_EQ(version.features().columns(1).name(), "c");
  EXPECT_EQ(version.target().name(), "y");
  EXPECT_EQ(version.evaluation().regression().rmse(), 1.5);
  EXPECT_EQ(version.lineage().job(), "jobs/1");
  EXPECT_EQ(version.name(), "");
}

TEST(DescribeBundleTest, WithoutHoldoutThereIsNoEvaluation) {
  internal::v1::Bundle bundle = SmallBundle();
  bundle.clear_evaluation();
  EXPECT_FALSE(DescribeBundle(bundle).has_evaluation());
}

}  // namespace
}  // namespace serin
