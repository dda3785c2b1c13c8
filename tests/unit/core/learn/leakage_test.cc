#include <functional>
#include <string>
#include <vector>

#include "core/base/random_bits.h"
#include "core/learn/spec.h"
#include "core/learn/train.h"
#include "core/table/schema.h"
#include "tests/testing/read_table.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

bool GoOn(const v1::JobProgress&) { return true; }

v1::TrainingSpec SpecFor(const std::string& algorithm) {
  v1::TrainingSpec spec;
  spec.set_algorithm(algorithm);
  spec.set_target("y");
  spec.mutable_evaluation()->set_bootstrap_samples(0);
  spec.mutable_evaluation()->set_importance_repeats(0);
  return spec;
}

absl::StatusOr<std::vector<std::string>> WarningsOf(const std::string& csv,
                                                    const v1::TrainingSpec& spec) {
  const Table table = TableOf(csv);
  absl::StatusOr<v1::TrainingSpec> resolved = ResolveSpec(spec, SchemaOf(table));
  if (!resolved.ok()) return resolved.status();
  absl::StatusOr<internal::v1::Bundle> bundle = TrainModel(table, *resolved, &GoOn);
  if (!bundle.ok()) return bundle.status();
  return std::vector<std::string>(bundle->warnings().begin(), bundle->warnings().end());
}

// A table of columns x, `name` and y with so many rows; x is noise.
std::string Rows(int count, const std::string& name, const std::function<std::string(int)>& value,
                 const std::function<std::string(int)>& target) {
  std::string csv = "x," + name + ",y\n";
  for (int i = 0; i < count; ++i) {
    csv += std::to_string(i * 7919 % 101) + "," + value(i) + "," + target(i) + "\n";
  }
  return csv;
}

std::string ClassOf(int i) { return i * 37 % 11 < 5 ? "yes" : (i % 2 == 0 ? "no" : "maybe"); }
std::string Number(double x) { return std::to_string(x); }
double AmountOf(int i) { return i * 53 % 97 / 4.0; }

TEST(TargetCopyTest, CopiesAndRenamedClasses_AreRefused_NamingTheColumn) {
  const auto renamed = [](int i) {
    const std::string label = ClassOf(i);
    return label == "yes" ? "J" : label == "no" ? "N" : "M";
  };
  const auto coded = [](int i) {
    const std::string label = ClassOf(i);
    return label == "yes" ? "4" : label == "no" ? "1" : "2";
  };
  for (const std::function<std::string(int)>& copy :
       {std::function<std::string(int)>(&ClassOf), std::function<std::string(int)>(renamed),
        std::function<std::string(int)>(coded)}) {
    EXPECT_THAT(
        WarningsOf(Rows(60, "twin", copy, &ClassOf), SpecFor("logistic_regression")),
        IsError(kInvalid, HasSubstr("features: column 'twin' has one value for each class of the "
                                    "target 'y' in every row")));
  }
}

TEST(TargetCopyTest, TheTargetInAnotherUnit_IsRefused_SayingWhich) {
  const std::string csv = Rows(
      60, "fahrenheit", [](int i) { return Number(AmountOf(i) * 1.8 + 32); },
      [](int i) { return Number(AmountOf(i)); });
  EXPECT_THAT(
      WarningsOf(csv, SpecFor("ridge_regression")),
      IsError(kInvalid, HasSubstr("column 'fahrenheit' is the target times 1.8 plus 32 'y'")));
}

TEST(TargetCopyTest, WithGaps_ItIsACopyStill_ButNotWhereMostIsMissing) {
  const auto with_gaps = [](int every) {
    return Rows(
        60, "twin", [every](int i) { return i % 3 < every ? std::string() : ClassOf(i); },
        &ClassOf);
  };
  EXPECT_THAT(WarningsOf(with_gaps(1), SpecFor("gradient_boosting")),
              IsError(kInvalid, HasSubstr("column 'twin'")));
  EXPECT_THAT(WarningsOf(with_gaps(2), SpecFor("gradient_boosting")), IsOk());
}

TEST(TargetCopyTest, WhereItIsAllowed_ItIsAWarning) {
  v1::TrainingSpec spec = SpecFor("gradient_boosting");
  spec.set_allow_target_copies(true);
  SERIN_ASSERT_OK_AND_ASSIGN(const auto warnings,
                             WarningsOf(Rows(60, "twin", &ClassOf, &ClassOf), spec));
  EXPECT_THAT(warnings, Contains(AllOf(HasSubstr("column 'twin' has one value for each class"),
                                       HasSubstr("is it known whenever"))));
}

TEST(TargetCopyTest, InAFewRowsItMayBeChance_AndIsAWarning) {
  const auto target = [](int i) { return std::string(i % 2 == 0 ? "a" : "b"); };
  SERIN_ASSERT_OK_AND_ASSIGN(const auto warnings, WarningsOf(Rows(19, "twin", target, target),
                                                             SpecFor("logistic_regression")));
  EXPECT_THAT(warnings, Contains(HasSubstr("column 'twin'")));
}

TEST(TargetCopyTest, OneRowThatDiffers_IsNoCopy_ButNearlyPerfect) {
  const auto nearly = [](int i) { return i == 7 ? "yes" : ClassOf(i); };
  SERIN_ASSERT_OK_AND_ASSIGN(const auto warnings, WarningsOf(Rows(400, "twin", nearly, &ClassOf),
                                                             SpecFor("logistic_regression")));
  EXPECT_THAT(warnings,
              ElementsAre(HasSubstr("column 'twin' tells the target almost perfectly by itself")));
}

TEST(SingleFeatureTest, ANumberThatTellsTheTargetButForNoise_IsNamed) {
  const std::string csv = Rows(
      500, "rounded", [](int i) { return Number(AmountOf(i) * 3 + i % 2 * 0.1); },
      [](int i) { return Number(AmountOf(i)); });
  SERIN_ASSERT_OK_AND_ASSIGN(const auto warnings, WarningsOf(csv, SpecFor("ridge_regression")));
  EXPECT_THAT(warnings, ElementsAre(HasSubstr("column 'rounded' tells the target almost")));
}

// That a value is there at all can give the target away too.
TEST(SingleFeatureTest, AGapThatTellsTheTarget_IsNamed) {
  const std::string csv = Rows(
      300, "death_date", [](int i) { return i % 4 == 0 ? Number(i) : std::string(); },
      [](int i) { return std::string(i % 4 == 0 ? "died" : "lived"); });
  SERIN_ASSERT_OK_AND_ASSIGN(const auto warnings, WarningsOf(csv, SpecFor("gradient_boosting")));
  EXPECT_THAT(warnings, ElementsAre(HasSubstr("column 'death_date' tells the target almost")));
}

TEST(WarningsTest, IdentifiersConstantsAndMostlyMissingColumns_AreNamed) {
  std::string csv = "id,row,same,rare,x,y\n";
  for (int i = 0; i < 100; ++i) {
    csv += "c" + std::to_string(i * 17) + "," + std::to_string(1000 + i) + ",7," +
           (i % 5 == 0 ? std::to_string(i % 3) : "") + "," + std::to_string(i * 31 % 19) + "," +
           Number(AmountOf(i)) + "\n";
  }
  SERIN_ASSERT_OK_AND_ASSIGN(const auto warnings, WarningsOf(csv, SpecFor("ridge_regression")));
  EXPECT_THAT(warnings, Contains(HasSubstr("column 'id' has another value in every row")));
  EXPECT_THAT(warnings, Contains(HasSubstr("column 'row' has another value in every row")));
  EXPECT_THAT(warnings, Contains(HasSubstr("column 'same' has the same value in every row")));
  EXPECT_THAT(warnings, Contains(HasSubstr("column 'rare' is missing in 80 % of the rows")));
  EXPECT_THAT(warnings, Not(Contains(HasSubstr("column 'x'"))));
  EXPECT_THAT(warnings, Contains(HasSubstr("judged by 20 rows only")));
}

TEST(WarningsTest, ManyOddColumnsAreSummedUp) {
  std::string csv = "y";
  for (int c = 0; c < 30; ++c) csv += ",c" + std::to_string(c);
  csv += ",x\n";
  for (int i = 0; i < 200; ++i) {
    csv += Number(AmountOf(i));
    for (int c = 0; c < 30; ++c) csv += ",1";
    csv += "," + std::to_string(i * 31 % 19) + "\n";
  }
  SERIN_ASSERT_OK_AND_ASSIGN(const auto warnings, WarningsOf(csv, SpecFor("ridge_regression")));
  EXPECT_THAT(warnings, Contains(HasSubstr("10 more columns are as odd")));
  EXPECT_LE(warnings.size(), 23u);
}

TEST(WarningsTest, SmallClassesAndRowsWithoutTarget_AreNamed) {
  const std::string csv = Rows(
      200, "z", [](int i) { return std::to_string(i * 13 % 7); },
      [](int i) {
        if (i % 5 == 0) return std::string();
        return std::string(i < 9 ? "rare" : i % 2 == 0 ? "a" : "b");
      });
  SERIN_ASSERT_OK_AND_ASSIGN(const auto warnings, WarningsOf(csv, SpecFor("logistic_regression")));
  EXPECT_THAT(warnings, Contains(HasSubstr("class 'rare' has 7 rows only")));
  EXPECT_THAT(warnings, Contains(HasSubstr("40 of 200 rows are left out")));
}

TEST(WarningsTest, AModelThatIsNoBetterThanTheBaseline_IsNamed) {
  const std::string csv = Rows(
      400, "z", [](int i) { return std::to_string(i * 13 % 7); },
      [](int i) { return std::string(MixBits(static_cast<uint64_t>(i)) % 2 == 0 ? "a" : "b"); });
  SERIN_ASSERT_OK_AND_ASSIGN(const auto warnings, WarningsOf(csv, SpecFor("gradient_boosting")));
  EXPECT_THAT(warnings, ElementsAre(HasSubstr("no better than the baseline")));
}

TEST(WarningsTest, GoodDataGiveNone) {
  v1::TrainingSpec spec = SpecFor("logistic_regression");
  spec.set_target("species");
  spec.set_holdout_fraction(0.3);
  const Table table = TestDataTable("iris.csv");
  SERIN_ASSERT_OK_AND_ASSIGN(spec, ResolveSpec(spec, SchemaOf(table)));
  SERIN_ASSERT_OK_AND_ASSIGN(const auto bundle, TrainModel(table, spec, &GoOn));
  EXPECT_THAT(bundle.warnings(), IsEmpty());
}

}  // namespace
}  // namespace serin
