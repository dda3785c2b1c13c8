#include "core/pipeline/pipeline.h"

#include <cmath>
#include <limits>
#include <vector>

#include "core/pipeline/fit.h"
#include "core/table/schema.h"
#include "tests/testing/read_table.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::NanSensitiveDoubleEq;
constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

ColumnData Numbers(std::vector<double> values) {
  return ColumnData{"x", v1::COLUMN_TYPE_NUMBER, std::move(values), {}, {}};
}

ColumnData Categories(std::vector<int32_t> codes, std::vector<std::string> dictionary) {
  return ColumnData{"c", v1::COLUMN_TYPE_CATEGORY, {}, std::move(codes), std::move(dictionary)};
}

absl::StatusOr<Pipeline> Fit(const Table& rows, InputKind kind) {
  const auto fitted = FitPipeline(rows, kind);
  if (!fitted.ok()) return fitted.status();
  return Pipeline::Create(*fitted, SchemaOf(rows));
}

std::vector<double> ApplyAll(const Pipeline& pipeline, const Table& rows) {
  std::vector<double> out(rows.row_count() * pipeline.output_count());
  pipeline.Apply(rows, pipeline.Bind(rows), 0, rows.row_count(), out.data());
  return out;
}

TEST(PipelineTest, Standardised_FillsWithTheMeanAndScalesToUnitDeviation) {
  SERIN_ASSERT_OK_AND_ASSIGN(const Pipeline pipeline,
                             Fit({{Numbers({1, 3, kNaN})}}, InputKind::kStandardised));
  EXPECT_FALSE(pipeline.can_yield_nan());
  EXPECT_THAT(ApplyAll(pipeline, {{Numbers({1, 3, kNaN, 5})}}), ElementsAre(-1, 1, 0, 3));
}

TEST(PipelineTest, Standardised_KeepsPrecisionFarFromZero) {
  SERIN_ASSERT_OK_AND_ASSIGN(const Pipeline pipeline,
                             Fit({{Numbers({1e9 + 1, 1e9 + 3})}}, InputKind::kStandardised));
  EXPECT_THAT(ApplyAll(pipeline, {{Numbers({1e9 + 1, 1e9 + 3})}}), ElementsAre(-1, 1));
}

TEST(PipelineTest, Standardised_AConstantColumnBecomesZero) {
  SERIN_ASSERT_OK_AND_ASSIGN(const Pipeline pipeline,
                             Fit({{Numbers({0.1, 0.1, 0.1})}}, InputKind::kStandardised));
  EXPECT_THAT(ApplyAll(pipeline, {{Numbers({0.1, 1.1, kNaN})}}),
              ElementsAre(0, DoubleNear(1, 1e-15), 0));
}

TEST(PipelineTest, Raw_LeavesNumbersAndGapsAlone) {
  SERIN_ASSERT_OK_AND_ASSIGN(const Pipeline pipeline,
                             Fit({{Numbers({1, 3, kNaN})}}, InputKind::kRaw));
  EXPECT_TRUE(pipeline.can_yield_nan());
  EXPECT_THAT(ApplyAll(pipeline, {{Numbers({7.25, kNaN})}}),
              ElementsAre(7.25, NanSensitiveDoubleEq(kNaN)));
}

TEST(PipelineTest, Raw_TimestampsKeepTheirSecondsInSinglePrecision) {
  ColumnData times = Numbers({1.7e9, 1.7e9 + 1, 1.7e9 + 100});
  times.type = v1::COLUMN_TYPE_TIMESTAMP;
  SERIN_ASSERT_OK_AND_ASSIGN(const Pipeline pipeline, Fit({{times}}, InputKind::kRaw));
  EXPECT_THAT(ApplyAll(pipeline, {{times}}), ElementsAre(-50, -49, 50));
}

TEST(PipelineTest, NumbersAreLimitedToWhatSinglePrecisionHolds) {
  SERIN_ASSERT_OK_AND_ASSIGN(const Pipeline pipeline, Fit({{Numbers({1, 2})}}, InputKind::kRaw));
  EXPECT_THAT(ApplyAll(pipeline, {{Numbers({1e300, -1e300})}}), ElementsAre(1e30, -1e30));
}

TEST(PipelineTest, OneHot_SortsCategoriesAndLeavesMissingAndUnseenAtZero) {
  const Table fitted_on{{Categories({0, 1, -1}, {"red", "blue", "never used"})}};
  SERIN_ASSERT_OK_AND_ASSIGN(const Pipeline pipeline, Fit(fitted_on, InputKind::kStandardised));
  ASSERT_EQ(pipeline.output_count(), 2u);  // blue, red

  const Table rows{{Categories({0, 1, 2, -1}, {"green", "red", "blue"})}};

  EXPECT_THAT(ApplyAll(pipeline, rows), ElementsAre(0, 0, 0, 1, 1, 0, 0, 0));
  EXPECT_THAT(pipeline.FindUnseen(rows, pipeline.Bind(rows)), ElementsAre(UnseenCategory{0, 0}));
}

TEST(PipelineTest, CategoryCode_MissingAndUnseenAreGaps) {
  SERIN_ASSERT_OK_AND_ASSIGN(const Pipeline pipeline,
                             Fit({{Categories({0, 1}, {"red", "blue"})}}, InputKind::kRaw));
  const Table rows{{Categories({0, 1, 2, -1}, {"green", "red", "blue"})}};
  EXPECT_THAT(ApplyAll(pipeline, rows),
              ElementsAre(NanSensitiveDoubleEq(kNaN), 1, 0, NanSensitiveDoubleEq(kNaN)));
}

TEST(PipelineTest, Apply_WritesAnyRunOfRows) {
  const Table rows = TableOf("x,c\n1,a\n2,b\n3,a\n");
  SERIN_ASSERT_OK_AND_ASSIGN(const Pipeline pipeline, Fit(rows, InputKind::kRaw));
  std::vector<double> out(2 * pipeline.output_count());
  pipeline.Apply(rows, pipeline.Bind(rows), 1, 3, out.data());
  EXPECT_THAT(out, ElementsAre(2, 1, 3, 0));
}

TEST(FitPipelineTest, AColumnWithoutValues_IsRefused_NamingIt) {
  for (const InputKind kind : {InputKind::kRaw, InputKind::kStandardised}) {
    EXPECT_THAT(FitPipeline({{Numbers({kNaN, kNaN})}}, kind),
                IsError(kInvalid, HasSubstr("features: column 'x' has no values in the training "
                                            "rows; leave it out")));
    EXPECT_THAT(FitPipeline({{Categories({-1}, {"only a dictionary"})}}, kind),
                IsError(kInvalid, HasSubstr("column 'c' has no values")));
  }
}

TEST(FitPipelineTest, NumbersTooLargeToStandardise_AreRefused_NamingTheColumn) {
  EXPECT_THAT(FitPipeline({{Numbers({1e200, -1e200})}}, InputKind::kStandardised),
              IsError(kInvalid, HasSubstr("column 'x' holds numbers beyond 1e150")));
  EXPECT_THAT(FitPipeline({{Numbers({1e200, -1e200})}}, InputKind::kRaw), IsOk());
}

TEST(FitPipelineTest, TooManyCategories_AreRefused_NamingTheColumn) {
  ColumnData column = Categories({}, {});
  for (size_t i = 0; i <= kMaxOneHotOutputs; ++i) {
    column.codes.push_back(static_cast<int32_t>(i));
    column.dictionary.push_back(std::to_string(i));
  }
  EXPECT_THAT(FitPipeline({{column}}, InputKind::kStandardised),
              IsError(kInvalid, HasSubstr("features: column 'c' has 100001 categories")));
  EXPECT_THAT(FitPipeline({{column}}, InputKind::kRaw), IsOk());
}

// What follows reads pipelines as they could come out of a file.

internal::v1::Pipeline OneNumeric(double offset, double scale) {
  internal::v1::Pipeline pipeline;
  auto* numeric = pipeline.add_columns()->mutable_numeric();
  numeric->set_offset(offset);
  numeric->set_scale(scale);
  return pipeline;
}

TEST(PipelineCreateTest, RefusesNumbersThatAreNone) {
  const v1::Schema schema = SchemaOf({{Numbers({})}});
  EXPECT_THAT(Pipeline::Create(OneNumeric(0, 1), schema), IsOk());
  EXPECT_THAT(Pipeline::Create(OneNumeric(0, 0), schema), IsError(kInvalid, HasSubstr("scale")));
  EXPECT_THAT(Pipeline::Create(OneNumeric(0, kNaN), schema), IsError(kInvalid, HasSubstr("scale")));
  EXPECT_THAT(Pipeline::Create(OneNumeric(kNaN, 1), schema),
              IsError(kInvalid, HasSubstr("offset")));
  internal::v1::Pipeline filled = OneNumeric(0, 1);
  filled.mutable_columns(0)->mutable_numeric()->set_fill(kNaN);
  EXPECT_THAT(Pipeline::Create(filled, schema), IsError(kInvalid, HasSubstr("fill")));
}

TEST(PipelineCreateTest, RefusesTransformsThatDoNotFitTheColumns) {
  const v1::Schema number = SchemaOf({{Numbers({})}});
  const v1::Schema category = SchemaOf({{Categories({}, {})}});
  internal::v1::Pipeline unsorted;
  *unsorted.add_columns()->mutable_one_hot()->add_categories() = "b";
  *unsorted.mutable_columns(0)->mutable_one_hot()->add_categories() = "a";
  internal::v1::Pipeline unknown;
  unknown.add_columns();

  EXPECT_THAT(Pipeline::Create({}, number), IsError(kInvalid, HasSubstr("0 transforms for 1")));
  EXPECT_THAT(Pipeline::Create(OneNumeric(0, 1), category),
              IsError(kInvalid, HasSubstr("a numeric transform of a category")));
  EXPECT_THAT(Pipeline::Create(unsorted, number),
              IsError(kInvalid, HasSubstr("categories of a column that is none")));
  EXPECT_THAT(Pipeline::Create(unsorted, category),
              IsError(kInvalid, HasSubstr("not sorted and unique")));
  EXPECT_THAT(Pipeline::Create(unknown, number), IsError(kInvalid, HasSubstr("no transform")));
}

}  // namespace
}  // namespace serin
