#include "core/profile/table_profiler.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/random_bits.h"
#include "core/table/schema.h"
#include "tests/testing/read_table.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

constexpr int kNotes = 20'000;
constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

// Integers of few and of many different values, numbers, strings of few and of many; some missing.
Table MakeTable(int64_t rows, uint64_t seed) {
  Table table;
  ColumnData age{.name = "age", .type = v1::COLUMN_TYPE_INTEGER};
  ColumnData id{.name = "id", .type = v1::COLUMN_TYPE_INTEGER};
  ColumnData amount{.name = "amount", .type = v1::COLUMN_TYPE_NUMBER};
  ColumnData colour{.name = "colour", .type = v1::COLUMN_TYPE_CATEGORY};
  ColumnData note{.name = "note", .type = v1::COLUMN_TYPE_TEXT};
  colour.dictionary = {"red", "green", "blue"};
  for (int i = 0; i < kNotes; ++i) note.dictionary.push_back(absl::StrCat("note ", i));
  RandomBits random(seed);
  for (int64_t row = 0; row < rows; ++row) {
    age.integers.push_back(20 + random.Below(60));
    id.integers.push_back(static_cast<int64_t>(random.Next() >> 2));
    amount.numbers.push_back(random.Below(10) == 0 ? kMissing : random.Unit());
    colour.codes.push_back(static_cast<int32_t>(random.Below(4)) - 1);
    note.codes.push_back(static_cast<int32_t>(random.Below(kNotes)));
  }
  table.columns = {age, id, amount, colour, note};
  return table;
}

Table RowsOf(const Table& table, size_t begin, size_t end) {
  Table rows;
  for (const ColumnData& column : table.columns) {
    ColumnData& cut = rows.columns.emplace_back(
        ColumnData{.name = column.name, .type = column.type, .dictionary = column.dictionary});
    const auto copy = [&](const auto& from, auto& to) {
      if (!from.empty()) to.assign(from.begin() + begin, from.begin() + end);
    };
    copy(column.numbers, cut.numbers);
    copy(column.codes, cut.codes);
    copy(column.integers, cut.integers);
  }
  return rows;
}

// Without what may differ between ways of cutting the same table: what sketches estimate from
// random samples, and rounding.
v1::DatasetProfile ExactPartOf(v1::DatasetProfile profile) {
  for (v1::ColumnProfile& column : *profile.mutable_columns()) {
    if (column.distinct_exact()) continue;
    column.mutable_number()->clear_mean();
    column.mutable_number()->clear_standard_deviation();
    column.mutable_number()->clear_quantiles();
    column.mutable_number()->clear_histogram();
    column.clear_top_values();
    column.clear_top_values_error();
  }
  return profile;
}

TEST(TableProfilerTest, HoweverATableIsCutAndMerged_WhatIsExactIsTheSame) {
  const Table table = MakeTable(30'000, 1);
  const v1::Schema schema = SchemaOf(table);
  const v1::DatasetProfile whole = ProfileOf(table);
  for (uint64_t seed = 1; seed <= 5; ++seed) {
    RandomBits random(seed);
    std::vector<TableProfiler> parts(1 + random.Below(6));
    for (size_t begin = 0; begin < table.row_count();) {
      const size_t end = std::min<size_t>(begin + 1 + random.Below(5'000), table.row_count());
      parts[random.Below(static_cast<uint32_t>(parts.size()))].Add(RowsOf(table, begin, end));
      begin = end;
    }
    TableProfiler merged;
    for (const TableProfiler& part : parts) merged.Merge(part);
    const v1::DatasetProfile profile = *merged.Finish(schema);
    EXPECT_EQ(ExactPartOf(profile).DebugString(), ExactPartOf(whole).DebugString());
    const v1::NumberSummary& amount = profile.columns(2).number();
    EXPECT_NEAR(amount.mean(), whole.columns(2).number().mean(), 1e-12);
    EXPECT_NEAR(amount.standard_deviation(), whole.columns(2).number().standard_deviation(), 1e-12);
    for (const v1::Quantile& quantile : amount.quantiles()) {
      EXPECT_NEAR(quantile.value(), quantile.fraction(), 0.02);  // Of numbers in [0, 1).
    }
  }
}

TEST(TableProfilerTest, FewDifferentValues_StayExactHoweverManyRows) {
  const v1::DatasetProfile profile = ProfileOf(MakeTable(200'000, 1));
  const v1::ColumnProfile& age = profile.columns(0);
  EXPECT_TRUE(age.distinct_exact());
  EXPECT_EQ(age.distinct(), 60);
  EXPECT_EQ(age.number().quantile_rank_error(), 0);
  EXPECT_TRUE(age.top_values_exact());
}

TEST(TableProfilerTest, ManyDifferentValues_AreEstimatedAndSaySo) {
  const v1::DatasetProfile profile = ProfileOf(MakeTable(200'000, 1));
  const v1::ColumnProfile& id = profile.columns(1);
  EXPECT_FALSE(id.distinct_exact());
  EXPECT_NEAR(static_cast<double>(id.distinct()), 200'000, 6'000);
  EXPECT_GT(id.number().quantile_rank_error(), 0);
  EXPECT_FALSE(id.top_values_exact());
  EXPECT_EQ(id.top_values_size(), 0);  // None is known to be frequent.
  const v1::ColumnProfile& note = profile.columns(4);
  EXPECT_NEAR(static_cast<double>(note.distinct()), kNotes, 600);
  EXPECT_EQ(note.text().min_bytes(), 6);
  EXPECT_EQ(note.text().max_bytes(), 10);
}

TEST(TableProfilerTest, AFrequentValueAmongMany_IsFoundWithTheErrorOfItsCount) {
  ColumnData column{.name = "x", .type = v1::COLUMN_TYPE_NUMBER};
  RandomBits random(1);
  for (int i = 0; i < 100'000; ++i) column.numbers.push_back(i % 10 == 0 ? 7 : random.Unit());
  const v1::ColumnProfile profile = ProfileOf(Table{{column}}).columns(0);
  ASSERT_EQ(profile.top_values_size(), 1);
  EXPECT_EQ(profile.top_values(0).value(), "7");
  EXPECT_GE(profile.top_values(0).count(), 10'000);
  EXPECT_LE(profile.top_values(0).count() - profile.top_values_error(), 10'000);
  EXPECT_LT(profile.top_values_error(), 300);
}

TEST(TableProfilerTest, GoesOnFromItsRecord) {
  const Table table = MakeTable(20'000, 1);
  TableProfiler first;
  first.Add(RowsOf(table, 0, 12'000));
  SERIN_ASSERT_OK_AND_ASSIGN(TableProfiler stored, TableProfiler::FromRecord(first.ToRecord()));
  stored.Add(RowsOf(table, 12'000, 20'000));
  EXPECT_EQ(ExactPartOf(*stored.Finish(SchemaOf(table))).DebugString(),
            ExactPartOf(ProfileOf(table)).DebugString());
}

TEST(TableProfilerTest, IntegersThatBecomeNumbers_AreTheSameValues) {
  const ColumnData integers{.name = "x",
                            .type = v1::COLUMN_TYPE_INTEGER,
                            .integers = {1, 2, 2, ColumnData::kMissingInteger}};
  const ColumnData numbers{
      .name = "x", .type = v1::COLUMN_TYPE_NUMBER, .numbers = {2, 2.5, kMissing}};
  TableProfiler profiler;
  profiler.Add(Table{{integers}});
  profiler.Add(Table{{numbers}});
  const v1::Schema schema = SchemaOf(Table{{numbers}});
  const v1::DatasetProfile profile = *profiler.Finish(schema);
  EXPECT_EQ(profile.columns(0).count(), 5);
  EXPECT_EQ(profile.columns(0).missing(), 2);
  EXPECT_EQ(profile.columns(0).distinct(), 3);
  EXPECT_EQ(profile.columns(0).top_values(0).value(), "2");
  EXPECT_EQ(profile.columns(0).top_values(0).count(), 3);
  TableProfiler backwards;
  backwards.Add(Table{{numbers}});
  backwards.Add(Table{{integers}});
  EXPECT_EQ(backwards.Finish(schema)->columns(0).DebugString(), profile.columns(0).DebugString());
}

TEST(TableProfilerTest, IntegersBeyondADouble_AreToldApartAndWrittenInFull) {
  constexpr int64_t kLarge = (int64_t{1} << 53) + 1;
  const ColumnData ids{
      .name = "id", .type = v1::COLUMN_TYPE_INTEGER, .integers = {kLarge, kLarge, kLarge - 1}};
  const v1::ColumnProfile profile = ProfileOf(Table{{ids}}).columns(0);
  EXPECT_EQ(profile.distinct(), 2);
  EXPECT_EQ(profile.top_values(0).value(), "9007199254740993");
}

TEST(TableProfilerTest, AColumnWithoutValues_MayBecomeAnything) {
  const ColumnData nothing{
      .name = "x", .type = v1::COLUMN_TYPE_NUMBER, .numbers = {kMissing, kMissing}};
  const ColumnData texts{
      .name = "x", .type = v1::COLUMN_TYPE_CATEGORY, .codes = {0}, .dictionary = {"a"}};
  TableProfiler profiler;
  profiler.Add(Table{{nothing}});
  profiler.Add(Table{{texts}});
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::DatasetProfile profile,
                             profiler.Finish(SchemaOf(Table{{texts}})));
  EXPECT_EQ(profile.columns(0).missing(), 2);
  EXPECT_EQ(profile.columns(0).top_values(0).value(), "a");
}

TEST(TableProfilerTest, NumbersThatBecomeStrings_HaveToBeReadAgain) {
  const ColumnData numbers{.name = "x", .type = v1::COLUMN_TYPE_NUMBER, .numbers = {1}};
  const ColumnData texts{
      .name = "x", .type = v1::COLUMN_TYPE_CATEGORY, .codes = {0}, .dictionary = {"a"}};
  TableProfiler profiler;
  profiler.Add(Table{{numbers}});
  profiler.Add(Table{{texts}});
  const auto profile = profiler.Finish(SchemaOf(Table{{texts}}));
  EXPECT_EQ(profile.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(profile.status().message(),
            "column 'x' is category, its profile is of numbers: it has to be read again");
}

// JSON Lines may bring a new key in any row.
TEST(TableProfilerTest, AColumnThatComesLate_HasNoValueInTheRowsBeforeIt) {
  const ColumnData a{.name = "a", .type = v1::COLUMN_TYPE_INTEGER, .integers = {1, 2, 2}};
  const ColumnData b{.name = "b",
                     .type = v1::COLUMN_TYPE_CATEGORY,
                     .codes = {0, 1, ColumnData::kMissingCode},
                     .dictionary = {"x", "y"}};
  ColumnData same_as_b = b;
  same_as_b.name = "c";
  TableProfiler profiler;
  profiler.Add(Table{{a}});
  profiler.Add(Table{{a, b, same_as_b}});
  profiler.Add(Table{{a}});
  Table whole{{a, b, same_as_b}};
  whole.columns.push_back(ColumnData{.name = "d", .type = v1::COLUMN_TYPE_TEXT});
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::DatasetProfile profile, profiler.Finish(SchemaOf(whole)));
  EXPECT_EQ(profile.row_count(), 9);
  EXPECT_EQ(profile.columns(0).count(), 9);
  EXPECT_EQ(profile.columns(1).count(), 2);
  EXPECT_EQ(profile.columns(1).missing(), 7);
  EXPECT_EQ(profile.columns(3).missing(), 9);
  // (1), (2), (1, x, x) and (2, y, y) are the different ones.
  EXPECT_EQ(profile.duplicate_row_count(), 5);
  EXPECT_TRUE(std::any_of(profile.warnings().begin(), profile.warnings().end(), [](const auto& w) {
    return w.kind() == v1::ProfileWarning::KIND_DUPLICATE_COLUMN && w.columns(1) == "c";
  })) << profile.DebugString();
}

TEST(TableProfilerTest, PartsWithAndWithoutALateColumn_MergeEitherWay) {
  Table wide = MakeTable(9'000, 1);
  Table narrow = MakeTable(9'000, 2);
  narrow.columns.resize(2);
  TableProfiler wide_part;
  wide_part.Add(wide);
  TableProfiler narrow_part;
  narrow_part.Add(narrow);
  for (const bool wide_first : {true, false}) {
    TableProfiler merged = wide_first ? wide_part : narrow_part;
    merged.Merge(wide_first ? narrow_part : wide_part);
    SERIN_ASSERT_OK_AND_ASSIGN(merged, TableProfiler::FromRecord(merged.ToRecord()));
    const v1::DatasetProfile profile = *merged.Finish(SchemaOf(wide));
    EXPECT_EQ(profile.row_count(), 18'000);
    EXPECT_EQ(profile.columns(0).count(), 18'000);
    EXPECT_EQ(profile.columns(3).count() + profile.columns(3).missing(), 18'000);
    EXPECT_EQ(profile.columns(3).count(), ProfileOf(wide).columns(3).count());
  }
}

TEST(TableProfilerTest, WithoutRows_ThereIsAProfileOfNothing) {
  const Table table = MakeTable(0, 1);
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::DatasetProfile profile,
                             TableProfiler().Finish(SchemaOf(table)));
  EXPECT_EQ(profile.row_count(), 0);
  EXPECT_EQ(profile.columns_size(), 5);
  EXPECT_EQ(profile.warnings_size(), 0);
}

TEST(TableProfilerTest, DuplicateRowsAreCounted_AsTheyAreInAFile) {
  const v1::DatasetProfile profile = ProfileOf(TableOf("a,b\n1,x\n2,x\n1,x\n1,y\n1,x\n,x\n,x\n"));
  EXPECT_EQ(profile.duplicate_row_count(), 3);
  EXPECT_TRUE(profile.duplicate_rows_exact());
}

TEST(TableProfilerTest, AWideTableTakesLessMemoryAColumn) {
  TableProfiler profiler;
  Table table;
  RandomBits random(1);
  for (int i = 0; i < 2'000; ++i) {
    ColumnData& column = table.columns.emplace_back();
    column.name = absl::StrCat("c", i);
    column.type = v1::COLUMN_TYPE_NUMBER;
    for (int row = 0; row < 1'000; ++row) column.numbers.push_back(random.Unit());
  }
  profiler.Add(table);
  EXPECT_LT(profiler.ToRecord().ByteSizeLong(), 2'000 * size_t{60'000});
  EXPECT_FALSE(profiler.Finish(SchemaOf(table))->columns(0).distinct_exact());
}

TEST(TableProfilerTest, AWideTableOfLongTexts_TakesLessMemoryAColumnToo) {
  TableProfiler profiler;
  Table table;
  for (int i = 0; i < 600; ++i) {
    ColumnData& column = table.columns.emplace_back();
    column.name = absl::StrCat("c", i);
    column.type = v1::COLUMN_TYPE_TEXT;
    for (int row = 0; row < 1'100; ++row) {
      column.codes.push_back(row);
      column.dictionary.push_back(absl::StrCat(i, "/", row, std::string(250, 'x')));
    }
  }
  profiler.Add(table);
  EXPECT_LT(profiler.ToRecord().ByteSizeLong(), 600 * size_t{160'000});
}

TEST(TableProfilerTest, ADamagedRecord_IsRefusedNamingWhatIsWrong) {
  TableProfiler profiler;
  profiler.Add(MakeTable(10'000, 1));
  const auto record = profiler.ToRecord();
  auto lost_count = record;
  lost_count.mutable_columns(1)
      ->mutable_numbers()
      ->mutable_frequent()
      ->mutable_values()
      ->mutable_counts()
      ->RemoveLast();
  EXPECT_EQ(TableProfiler::FromRecord(lost_count).status(),
            absl::DataLossError("stored profile: column 2"));
  auto lost_sketch = record;
  lost_sketch.mutable_columns(2)->mutable_numbers()->clear_quantiles();
  EXPECT_EQ(TableProfiler::FromRecord(lost_sketch).status().code(), absl::StatusCode::kDataLoss);
  auto lost_text = record;
  lost_text.mutable_columns(4)
      ->mutable_texts()
      ->mutable_frequent()
      ->mutable_values()
      ->clear_texts();
  EXPECT_EQ(TableProfiler::FromRecord(lost_text).status().code(), absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace serin
