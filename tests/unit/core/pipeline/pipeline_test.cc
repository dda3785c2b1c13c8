#include "core/pipeline/pipeline.h"

#include <cmath>
#include <limits>
#include <vector>

#include "core/pipeline/fit.h"
#include "core/table/schema.h"
#include "google/protobuf/text_format.h"
#include "tests/testing/read_table.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::NanSensitiveDoubleEq;
using v1::Preprocessing;
constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

ColumnData Numbers(std::vector<double> values) {
  return ColumnData{"x", v1::COLUMN_TYPE_NUMBER, std::move(values), {}, {}};
}

ColumnData Categories(std::vector<int32_t> codes, std::vector<std::string> dictionary) {
  return ColumnData{"c", v1::COLUMN_TYPE_CATEGORY, {}, std::move(codes), std::move(dictionary)};
}

// What columns of a table become; nothing is left open.
using Preprocessings = google::protobuf::RepeatedPtrField<Preprocessing>;

Preprocessing Entry(Preprocessing::Encoding encoding, Preprocessing::Missing missing) {
  Preprocessing entry;
  entry.set_encoding(encoding);
  entry.set_missing(missing);
  return entry;
}

// As for algorithms that want comparable numbers without gaps.
Preprocessings Standardised(const Table& rows) {
  Preprocessings all;
  for (const ColumnData& column : rows.columns) {
    *all.Add() = column.is_string()
                     ? Entry(Preprocessing::ENCODING_ONE_HOT, Preprocessing::MISSING_KEEP)
                     : Entry(Preprocessing::ENCODING_STANDARDISED, Preprocessing::MISSING_MEAN);
  }
  return all;
}

// As for trees.
Preprocessings Raw(const Table& rows) {
  Preprocessings all;
  for (const ColumnData& column : rows.columns) {
    *all.Add() = Entry(column.is_string() ? Preprocessing::ENCODING_CATEGORY_CODE
                                          : Preprocessing::ENCODING_NUMERIC,
                       Preprocessing::MISSING_KEEP);
  }
  return all;
}

using Plan = Preprocessings (*)(const Table& rows);

absl::StatusOr<internal::v1::Pipeline> Fitted(const Table& rows, Plan plan) {
  return FitPipeline(rows, plan(rows), {{}, 0});
}

absl::StatusOr<Pipeline> Fit(const Table& rows, Plan plan) {
  const auto fitted = Fitted(rows, plan);
  if (!fitted.ok()) return fitted.status();
  return Pipeline::Create(*fitted, SchemaOf(rows));
}

// Of a table with one column.
absl::StatusOr<Pipeline> FitOne(const ColumnData& column, const Preprocessing& entry,
                                const std::vector<double>& targets = {}, size_t classes = 0) {
  const Table rows{{column}};
  Preprocessings all;
  *all.Add() = entry;
  const auto fitted = FitPipeline(rows, all, {targets, classes});
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
                             Fit({{Numbers({1, 3, kNaN})}}, &Standardised));
  EXPECT_FALSE(pipeline.can_yield_nan());
  EXPECT_THAT(ApplyAll(pipeline, {{Numbers({1, 3, kNaN, 5})}}), ElementsAre(-1, 1, 0, 3));
}

TEST(PipelineTest, Standardised_KeepsPrecisionFarFromZero) {
  SERIN_ASSERT_OK_AND_ASSIGN(const Pipeline pipeline,
                             Fit({{Numbers({1e9 + 1, 1e9 + 3})}}, &Standardised));
  EXPECT_THAT(ApplyAll(pipeline, {{Numbers({1e9 + 1, 1e9 + 3})}}), ElementsAre(-1, 1));
}

TEST(PipelineTest, Standardised_AConstantColumnBecomesZero) {
  SERIN_ASSERT_OK_AND_ASSIGN(const Pipeline pipeline,
                             Fit({{Numbers({0.1, 0.1, 0.1})}}, &Standardised));
  EXPECT_THAT(ApplyAll(pipeline, {{Numbers({0.1, 1.1, kNaN})}}),
              ElementsAre(0, DoubleNear(1, 1e-15), 0));
}

TEST(PipelineTest, Raw_LeavesNumbersAndGapsAlone) {
  SERIN_ASSERT_OK_AND_ASSIGN(const Pipeline pipeline, Fit({{Numbers({1, 3, kNaN})}}, &Raw));
  EXPECT_TRUE(pipeline.can_yield_nan());
  EXPECT_THAT(ApplyAll(pipeline, {{Numbers({7.25, kNaN})}}),
              ElementsAre(7.25, NanSensitiveDoubleEq(kNaN)));
}

TEST(PipelineTest, Raw_TimestampsKeepTheirSecondsInSinglePrecision) {
  ColumnData times = Numbers({1.7e9, 1.7e9 + 1, 1.7e9 + 100});
  times.type = v1::COLUMN_TYPE_TIMESTAMP;
  SERIN_ASSERT_OK_AND_ASSIGN(const Pipeline pipeline, Fit({{times}}, &Raw));
  EXPECT_THAT(ApplyAll(pipeline, {{times}}), ElementsAre(-50, -49, 50));
}

TEST(PipelineTest, NumbersAreLimitedToWhatSinglePrecisionHolds) {
  SERIN_ASSERT_OK_AND_ASSIGN(const Pipeline pipeline, Fit({{Numbers({1, 2})}}, &Raw));
  EXPECT_THAT(ApplyAll(pipeline, {{Numbers({1e300, -1e300})}}), ElementsAre(1e30, -1e30));
}

TEST(PipelineTest, OneHot_SortsCategoriesAndLeavesMissingAndUnseenAtZero) {
  const Table fitted_on{{Categories({0, 1, -1}, {"red", "blue", "never used"})}};
  SERIN_ASSERT_OK_AND_ASSIGN(const Pipeline pipeline, Fit(fitted_on, &Standardised));
  ASSERT_EQ(pipeline.output_count(), 2u);  // blue, red

  const Table rows{{Categories({0, 1, 2, -1}, {"green", "red", "blue"})}};

  EXPECT_THAT(ApplyAll(pipeline, rows), ElementsAre(0, 0, 0, 1, 1, 0, 0, 0));
  EXPECT_THAT(pipeline.FindUnseen(rows, pipeline.Bind(rows)), ElementsAre(UnseenCategory{0, 0}));
}

TEST(PipelineTest, CategoryCode_MissingAndUnseenAreGaps) {
  SERIN_ASSERT_OK_AND_ASSIGN(const Pipeline pipeline,
                             Fit({{Categories({0, 1}, {"red", "blue"})}}, &Raw));
  const Table rows{{Categories({0, 1, 2, -1}, {"green", "red", "blue"})}};
  EXPECT_THAT(ApplyAll(pipeline, rows),
              ElementsAre(NanSensitiveDoubleEq(kNaN), 1, 0, NanSensitiveDoubleEq(kNaN)));
}

TEST(PipelineTest, Apply_WritesAnyRunOfRows) {
  const Table rows = TableOf("x,c\n1,a\n2,b\n3,a\n");
  SERIN_ASSERT_OK_AND_ASSIGN(const Pipeline pipeline, Fit(rows, &Raw));
  std::vector<double> out(2 * pipeline.output_count());
  pipeline.Apply(rows, pipeline.Bind(rows), 1, 3, out.data());
  EXPECT_THAT(out, ElementsAre(2, 1, 3, 0));
}

TEST(FitPipelineTest, AColumnWithoutValues_TellsNothing) {
  const ColumnData numbers = Numbers({kNaN, kNaN});
  const ColumnData categories = Categories({-1, -1}, {"only a dictionary"});
  const Table later{{Numbers({7, kNaN}), Categories({0, -1}, {"new"})}};
  SERIN_ASSERT_OK_AND_ASSIGN(const Pipeline filled, Fit({{numbers, categories}}, &Standardised));
  EXPECT_THAT(ApplyAll(filled, later), ElementsAre(7, 0));
  SERIN_ASSERT_OK_AND_ASSIGN(const Pipeline raw, Fit({{numbers, categories}}, &Raw));
  EXPECT_THAT(ApplyAll(raw, later),
              ElementsAre(7, NanSensitiveDoubleEq(kNaN), NanSensitiveDoubleEq(kNaN),
                          NanSensitiveDoubleEq(kNaN)));
}

TEST(FitPipelineTest, NumbersTooLargeToStandardise_AreRefused_NamingTheColumn) {
  EXPECT_THAT(Fitted({{Numbers({1e200, -1e200})}}, &Standardised),
              IsError(kInvalid, HasSubstr("column 'x' holds numbers beyond 1e150")));
  EXPECT_THAT(Fitted({{Numbers({1e200, -1e200})}}, &Raw), IsOk());
}

TEST(FitPipelineTest, TooManyCategories_AreRefused_NamingTheColumn) {
  ColumnData column = Categories({}, {});
  for (size_t i = 0; i <= kMaxOneHotOutputs; ++i) {
    column.codes.push_back(static_cast<int32_t>(i));
    column.dictionary.push_back(std::to_string(i));
  }
  EXPECT_THAT(Fitted({{column}}, &Standardised),
              IsError(kInvalid, HasSubstr("features: column 'c' has 100001 categories")));
  EXPECT_THAT(Fitted({{column}}, &Raw), IsOk());
}

TEST(FitNumbersTest, MinMax_MovesTheTrainingRowsToZeroAndOne_AndClipsWhatLiesOutside) {
  Preprocessing entry = Entry(Preprocessing::ENCODING_MIN_MAX, Preprocessing::MISSING_MEAN);
  SERIN_ASSERT_OK_AND_ASSIGN(const Pipeline open, FitOne(Numbers({2, 4, 10, kNaN}), entry));
  EXPECT_THAT(ApplyAll(open, {{Numbers({2, 10, 18, -6})}}), ElementsAre(0, 1, 2, -1));
  entry.set_clip(true);
  SERIN_ASSERT_OK_AND_ASSIGN(const Pipeline clipped, FitOne(Numbers({2, 4, 10, kNaN}), entry));
  EXPECT_THAT(ApplyAll(clipped, {{Numbers({2, 10, 18, -6})}}), ElementsAre(0, 1, 1, 0));
}

// 1, 1, 2, 5, 6 and a gap.
TEST(FitNumbersTest, GapsAreFilledAsAsked) {
  const ColumnData column = Numbers({5, 1, kNaN, 2, 1, 6});
  const auto fill_of = [&](Preprocessing::Missing missing) {
    Preprocessing entry = Entry(Preprocessing::ENCODING_NUMERIC, missing);
    if (missing == Preprocessing::MISSING_CONSTANT) entry.set_fill(-4);
    return ApplyAll(*FitOne(column, entry), {{Numbers({kNaN})}})[0];
  };
  EXPECT_EQ(fill_of(Preprocessing::MISSING_MEAN), 3);
  EXPECT_EQ(fill_of(Preprocessing::MISSING_MEDIAN), 2);
  EXPECT_EQ(fill_of(Preprocessing::MISSING_MOST_FREQUENT), 1);
  EXPECT_EQ(fill_of(Preprocessing::MISSING_CONSTANT), -4);
  EXPECT_TRUE(std::isnan(fill_of(Preprocessing::MISSING_KEEP)));
}

TEST(FitNumbersTest, TheMedianOfAnEvenNumberIsTheMeanOfTheMiddleTwo) {
  SERIN_ASSERT_OK_AND_ASSIGN(const Pipeline pipeline,
                             FitOne(Numbers({1, 9, 2, 4}), Entry(Preprocessing::ENCODING_NUMERIC,
                                                                 Preprocessing::MISSING_MEDIAN)));
  EXPECT_THAT(ApplyAll(pipeline, {{Numbers({kNaN})}}), ElementsAre(3));
}

TEST(FitNumbersTest, AFillIsNotClipped) {
  Preprocessing entry = Entry(Preprocessing::ENCODING_NUMERIC, Preprocessing::MISSING_CONSTANT);
  entry.set_fill(-1);
  entry.set_clip(true);
  SERIN_ASSERT_OK_AND_ASSIGN(const Pipeline pipeline, FitOne(Numbers({3, 5}), entry));
  EXPECT_THAT(ApplyAll(pipeline, {{Numbers({kNaN, 2, 6})}}), ElementsAre(-1, 3, 5));
}

TEST(FitPipelineTest, AnIndicatorTellsWhereValuesAreMissingOrUnseen) {
  Preprocessing number = Entry(Preprocessing::ENCODING_NUMERIC, Preprocessing::MISSING_MEAN);
  number.set_missing_indicator(true);
  SERIN_ASSERT_OK_AND_ASSIGN(const Pipeline numbers, FitOne(Numbers({1, 3, kNaN}), number));
  EXPECT_THAT(ApplyAll(numbers, {{Numbers({5, kNaN})}}), ElementsAre(5, 0, 2, 1));

  Preprocessing category = Entry(Preprocessing::ENCODING_ONE_HOT, Preprocessing::MISSING_KEEP);
  category.set_missing_indicator(true);
  SERIN_ASSERT_OK_AND_ASSIGN(const Pipeline categories,
                             FitOne(Categories({0, 1}, {"a", "b"}), category));
  EXPECT_THAT(ApplyAll(categories, {{Categories({0, 1, -1}, {"b", "new"})}}),
              ElementsAre(0, 1, 0, 0, 0, 1, 0, 0, 1));
}

// b is there twice, c too: the first of both stands for what is missing, but not for what is new.
TEST(FitCategoriesTest, TheMostFrequentCategoryStandsForWhatIsMissing) {
  const ColumnData column = Categories({0, 1, 2, 0, 1}, {"c", "b", "a"});
  const ColumnData later = Categories({-1, 0}, {"new"});
  SERIN_ASSERT_OK_AND_ASSIGN(
      const Pipeline one_hot,
      FitOne(column, Entry(Preprocessing::ENCODING_ONE_HOT, Preprocessing::MISSING_MOST_FREQUENT)));
  EXPECT_THAT(ApplyAll(one_hot, {{later}}), ElementsAre(0, 1, 0, 0, 0, 0));
  SERIN_ASSERT_OK_AND_ASSIGN(const Pipeline code,
                             FitOne(column, Entry(Preprocessing::ENCODING_CATEGORY_CODE,
                                                  Preprocessing::MISSING_MOST_FREQUENT)));
  EXPECT_THAT(ApplyAll(code, {{later}}), ElementsAre(1, NanSensitiveDoubleEq(kNaN)));
}

// By hand: the mean of all is 4; a has 0 and 4, b has 6, c (missing in two rows) none.
TEST(FitCategoriesTest, TargetMean_IsDrawnTowardsTheMeanOfAllRows) {
  Preprocessing entry = Entry(Preprocessing::ENCODING_TARGET_MEAN, Preprocessing::MISSING_KEEP);
  entry.set_smoothing(2);
  SERIN_ASSERT_OK_AND_ASSIGN(
      const Pipeline pipeline,
      FitOne(Categories({0, 0, 1, -1, -1}, {"a", "b"}), entry, {0, 4, 6, 5, 5}));
  EXPECT_FALSE(pipeline.can_yield_nan());
  EXPECT_THAT(ApplyAll(pipeline, {{Categories({0, 1, 2, -1}, {"a", "b", "new"})}}),
              ElementsAre((4 + 2 * 4.0) / 4, (6 + 2 * 4.0) / 3, 4, 4));
}

TEST(FitCategoriesTest, TargetMeanOfThreeClasses_IsRefused_NamingTheColumn) {
  EXPECT_THAT(
      FitOne(Categories({0, 0, 1}, {"a", "b"}),
             Entry(Preprocessing::ENCODING_TARGET_MEAN, Preprocessing::MISSING_KEEP), {0, 1, 2}, 3),
      IsError(kInvalid, HasSubstr("preprocessing: column 'c' cannot have "
                                  "ENCODING_TARGET_MEAN: the target has 3 classes")));
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

void ExpectAccepted(const char* text, const v1::Schema& schema) {
  internal::v1::Pipeline pipeline;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, pipeline.add_columns())) << text;
  EXPECT_THAT(Pipeline::Create(pipeline, schema), IsOk()) << text;
}

void ExpectMisfit(const char* text, const v1::Schema& schema, const char* message) {
  internal::v1::Pipeline pipeline;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, pipeline.add_columns())) << text;
  EXPECT_THAT(Pipeline::Create(pipeline, schema), IsError(kInvalid, HasSubstr(message))) << text;
}

TEST(PipelineCreateTest, RefusesRangesFillsAndMeansThatAreNone) {
  const v1::Schema number = SchemaOf({{Numbers({})}});
  const v1::Schema category = SchemaOf({{Categories({}, {})}});
  ExpectAccepted("numeric { scale: 1 min: 1 max: 1 }", number);
  ExpectMisfit("numeric { scale: 1 min: 2 max: 1 }", number, "min is above max");
  ExpectMisfit("numeric { scale: 1 min: nan }", number, "infinite min");
  ExpectMisfit("numeric { scale: 1 max: inf }", number, "infinite max");
  ExpectAccepted("one_hot { categories: 'a' fill: 0 }", category);
  ExpectMisfit("one_hot { categories: 'a' fill: 1 }", category, "fill is no index");
  ExpectMisfit("category_code { categories: 'a' fill: -1 }", category, "fill is no index");
  ExpectAccepted("target_mean { categories: 'a' means: 1 fill: 2 }", category);
  ExpectMisfit("target_mean { categories: 'a' fill: 2 }", category, "one mean per category");
  ExpectMisfit("target_mean { categories: 'a' means: nan }", category, "a mean beyond 1e30");
  ExpectMisfit("target_mean { categories: 'a' means: 1 fill: inf }", category, "a mean beyond");
  ExpectMisfit("target_mean { categories: 'a' means: 1 }", number, "categories of a column");
}

}  // namespace
}  // namespace serin
