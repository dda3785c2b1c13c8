#include "core/table/column_chunk.h"

#include <cmath>
#include <cstring>
#include <functional>
#include <limits>
#include <random>
#include <vector>

#include "core/table/schema.h"
#include "core/table/value_parser.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using ::testing::ElementsAre;
using ::testing::Eq;
using ::testing::HasSubstr;

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();
constexpr int64_t kNone = ColumnData::kMissingInteger;

ColumnData Numbers(std::vector<double> values, v1::ColumnType type = v1::COLUMN_TYPE_NUMBER) {
  return ColumnData{.name = "x", .type = type, .numbers = std::move(values)};
}

ColumnData Integers(std::vector<int64_t> values) {
  return ColumnData{.name = "x", .type = v1::COLUMN_TYPE_INTEGER, .integers = std::move(values)};
}

ColumnData Strings(std::vector<int32_t> codes, std::vector<std::string> dictionary) {
  return ColumnData{.name = "x",
                    .type = v1::COLUMN_TYPE_CATEGORY,
                    .codes = std::move(codes),
                    .dictionary = std::move(dictionary)};
}

v1::ColumnSchema SchemaFor(const ColumnData& column) {
  return SchemaOf(Table{{column}}).columns(0);
}

// Numbers bit by bit, strings by their text.
void ExpectSame(const ColumnData& a, const ColumnData& b) {
  ASSERT_EQ(a.name, b.name);
  ASSERT_EQ(a.type, b.type);
  ASSERT_EQ(a.size(), b.size());
  ASSERT_EQ(a.integers, b.integers);
  for (size_t row = 0; row < a.size(); ++row) {
    ASSERT_EQ(a.missing(row), b.missing(row)) << row;
    if (a.missing(row)) continue;
    if (a.is_string()) {
      ASSERT_EQ(a.dictionary[a.codes[row]], b.dictionary[b.codes[row]]) << row;
    } else if (!a.is_integer()) {
      ASSERT_EQ(std::memcmp(&a.numbers[row], &b.numbers[row], sizeof(double)), 0) << row;
    }
  }
}

// What becomes of a column; its size on disk.
size_t RoundTrip(const ColumnData& column) {
  const std::string chunk = EncodeChunk(column, 0, column.size());
  const auto back = DecodeChunk(chunk, SchemaFor(column), column.size());
  EXPECT_THAT(back, IsOk());
  if (back.ok()) ExpectSame(*back, column);
  return chunk.size();
}

ColumnData Generate(size_t rows, const std::function<double(size_t)>& value) {
  ColumnData column = Numbers({});
  for (size_t row = 0; row < rows; ++row) column.numbers.push_back(value(row));
  return column;
}

TEST(ColumnChunkTest, NumbersOfEveryKind_ComeBackBitByBit) {
  std::mt19937_64 random(1);
  std::uniform_real_distribution<double> uniform(-1, 1);
  const std::vector<std::function<double(size_t)>> kinds = {
      [](size_t) { return 7.0; },
      [](size_t row) { return static_cast<double>(row); },
      [&](size_t) { return uniform(random); },
      [&](size_t) { return std::round(uniform(random) * 1000) / 10; },
      [&](size_t) { return std::round(uniform(random) * 1e9) / 1e6; },
      [&](size_t row) { return row % 5 == 0 ? kMissing : std::round(uniform(random) * 100); },
      [&](size_t row) { return row == 77 ? -0.0 : 1.0; },
      [&](size_t row) { return row == 99 ? 1e300 : 0.25; },
      [&](size_t row) { return row == 98 ? 5e-324 : 3.0; },
      [&](size_t) { return uniform(random) * 1e18; },
      [](size_t row) { return 1.7e9 + static_cast<double>(row) * 0.000001; },
      [](size_t) { return kMissing; },
      [](size_t row) { return row < 50 ? kMissing : 2.5; },
      [&](size_t) { return std::ldexp(std::round(uniform(random) * 64), 44); },
  };
  for (size_t kind = 0; kind < kinds.size(); ++kind) {
    for (const size_t rows : {1, 2, 3, 100, 1000, 5000}) {
      SCOPED_TRACE(testing::Message() << "kind " << kind << ", rows " << rows);
      RoundTrip(Generate(rows, kinds[kind]));
    }
  }
}

TEST(ColumnChunkTest, RandomBits_ComeBack_AsNumbersAndAsIntegers) {
  std::mt19937_64 random(2);
  ColumnData numbers = Numbers({});
  ColumnData integers = Integers({kNone, INT64_MAX, kNone + 1, 0, -1, kNone});
  for (int i = 0; i < 2000; ++i) {
    const uint64_t bits = random();
    double number;
    std::memcpy(&number, &bits, sizeof(number));
    numbers.numbers.push_back(std::isnan(number) ? kMissing : number);
    integers.integers.push_back(static_cast<int64_t>(bits));
    RoundTrip(Integers({static_cast<int64_t>(bits), static_cast<int64_t>(random())}));
  }
  RoundTrip(numbers);
  RoundTrip(integers);
}

TEST(ColumnChunkTest, IntegersOfAnyWidth_ComeBack_WithAndWithoutMissingOnes) {
  std::mt19937_64 random(3);
  for (int bits = 1; bits < 64; ++bits) {
    for (const bool with_missing : {false, true}) {
      ColumnData column = Integers({});
      for (int i = 0; i < 300; ++i) {
        const auto value = static_cast<int64_t>(random() >> bits);
        column.integers.push_back(with_missing && i % 7 < 2 ? kNone : value);
      }
      RoundTrip(column);
    }
  }
}

TEST(ColumnChunkTest, Strings_ComeBack_WithTheDictionaryOfTheirRows) {
  RoundTrip(Strings({0, 1, -1, 0, 2}, {"a", "", "\xc3\xa9 \n\"x\""}));
  RoundTrip(Strings({-1, -1}, {"unused"}));
  ColumnData distinct = Strings({}, {});
  distinct.type = v1::COLUMN_TYPE_TEXT;
  for (int i = 0; i < 3000; ++i) {
    distinct.codes.push_back(i % 11 == 3 ? ColumnData::kMissingCode : i);
    distinct.dictionary.push_back("text number " + std::to_string(i * 7919));
  }
  RoundTrip(distinct);

  const ColumnData column = Strings({2, 1, 2, -1, 0}, {"p", "q", "r"});
  SERIN_ASSERT_OK_AND_ASSIGN(const ColumnData part,
                             DecodeChunk(EncodeChunk(column, 1, 4), SchemaFor(column), 3));
  EXPECT_THAT(part.codes, ElementsAre(0, 1, -1));
  EXPECT_THAT(part.dictionary, ElementsAre("q", "r"));
  // A few rows of a large dictionary do not cost a look at all of it.
  ColumnData large = Strings({90'000, 5}, {});
  for (int i = 0; i < 100'000; ++i) large.dictionary.push_back(std::to_string(i));
  RoundTrip(large);
}

TEST(ColumnChunkTest, Encodings_TakeTheBytesThatTheValuesNeed) {
  constexpr size_t kRows = 10'000;
  constexpr size_t kHead = 50;
  const auto row_number = [](size_t row) { return static_cast<double>(row); };
  EXPECT_LE(RoundTrip(Generate(kRows, row_number)), kHead);
  EXPECT_LE(RoundTrip(Generate(kRows, [](size_t) { return 3.25; })), kHead);
  ColumnData booleans = Generate(kRows, [](size_t row) { return row * row % 7 < 3 ? 1.0 : 0.0; });
  booleans.type = v1::COLUMN_TYPE_BOOLEAN;
  EXPECT_LE(RoundTrip(booleans), kHead + kRows / 8);
  std::mt19937_64 random(4);
  const auto tenths = [&](size_t) { return static_cast<double>(random() % 100) / 10; };
  EXPECT_LE(RoundTrip(Generate(kRows, tenths)), kHead + kRows * 7 / 8);
  ColumnData categories = Strings({}, {"a", "b", "c", "d"});
  for (size_t row = 0; row < kRows; ++row) {
    categories.codes.push_back(static_cast<int32_t>(random() % 4));
  }
  EXPECT_LE(RoundTrip(categories), kHead + 50 + kRows * 2 / 8);
  ColumnData text = Strings({}, {});
  for (size_t row = 0; row < kRows; ++row) {
    text.codes.push_back(static_cast<int32_t>(row));
    text.dictionary.push_back("the same words in every row, but for " + std::to_string(random()));
  }
  EXPECT_LE(RoundTrip(text), kRows * 56 / 2);
}

TEST(ColumnChunkTest, AChunk_IsReadAsTheTypeThatItsColumnHasBecome) {
  v1::ColumnSchema number;
  number.set_name("x");
  number.set_type(v1::COLUMN_TYPE_NUMBER);
  SERIN_ASSERT_OK_AND_ASSIGN(const ColumnData widened,
                             DecodeChunk(EncodeChunk(Integers({5, kNone}), 0, 2), number, 2));
  EXPECT_EQ(widened.numbers[0], 5);
  EXPECT_TRUE(widened.missing(1));
  for (const v1::ColumnType type : {v1::COLUMN_TYPE_INTEGER, v1::COLUMN_TYPE_TEXT}) {
    v1::ColumnSchema column = number;
    column.set_type(type);
    SERIN_ASSERT_OK_AND_ASSIGN(
        const ColumnData missing,
        DecodeChunk(EncodeChunk(Numbers({kMissing}, v1::COLUMN_TYPE_UNSPECIFIED), 0, 1), column,
                    1));
    ASSERT_EQ(missing.size(), 1u);
    EXPECT_TRUE(missing.missing(0));
  }
  number.set_type(v1::COLUMN_TYPE_TEXT);
  EXPECT_THAT(DecodeChunk(EncodeChunk(Integers({5}), 0, 1), number, 1),
              IsError(absl::StatusCode::kDataLoss, Eq("its values cannot be read")));
}

TEST(ColumnChunkTest, AnyByteThatIsChangedOrLost_IsDataLoss) {
  const ColumnData column = Strings({0, 1, -1, 0}, {"a", "bc"});
  const std::string chunk = EncodeChunk(column, 0, 4);
  const v1::ColumnSchema schema = SchemaFor(column);
  for (size_t i = 0; i < chunk.size(); ++i) {
    std::string damaged = chunk;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x10);
    EXPECT_THAT(DecodeChunk(damaged, schema, 4),
                IsError(absl::StatusCode::kDataLoss, HasSubstr("its checksum is wrong")));
    EXPECT_THAT(DecodeChunk(chunk.substr(0, i), schema, 4),
                IsError(absl::StatusCode::kDataLoss, testing::_));
  }
  EXPECT_THAT(DecodeChunk(chunk, schema, 5),
              IsError(absl::StatusCode::kDataLoss, HasSubstr("rows that it should have")));
}

}  // namespace
}  // namespace serin
