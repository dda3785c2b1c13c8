#include "core/table/column_chunk.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/types/span.h"
#include "core/base/status_macros.h"
#include "core/table/byte_reader.h"
#include "core/table/chunk_frame.h"
#include "core/table/decimal_codec.h"
#include "core/table/integer_codec.h"

namespace serin {
namespace {

enum Kind : uint8_t { kNumbers = 1, kDecimals = 2, kIntegers = 3, kStrings = 4, kNoValues = 5 };

// What zstd must leave at most. Plain doubles would be read at its speed instead of that of memory,
// so it has to save more there.
constexpr double kWorthwhile = 0.75;
constexpr double kWorthwhileForPlain = 0.5;

constexpr double kMissingNumber = std::numeric_limits<double>::quiet_NaN();

struct Encoded {
  Kind kind;
  std::string body;
};

// Which rows are missing: nothing but a zero where none is, else a one and a bit for each row.
template <typename IsMissing>
void AppendMissing(size_t row_count, IsMissing is_missing, std::string& out) {
  std::string bits((row_count + 7) / 8, '\0');
  bool any = false;
  for (size_t row = 0; row < row_count; ++row) {
    const bool missing = is_missing(row);
    any |= missing;
    bits[row / 8] = static_cast<char>(bits[row / 8] | (missing ? 1 << (row % 8) : 0));
  }
  AppendPlain<uint8_t>(any ? 1 : 0, out);
  if (any) out.append(bits);
}

// The bits of AppendMissing, empty where no row is missing; false where there are none.
bool ReadMissing(ByteReader& reader, size_t row_count, absl::string_view* bits) {
  uint8_t any;
  if (!reader.Read(&any) || any > 1) return false;
  return any == 0 || reader.ReadBytes((row_count + 7) / 8, bits);
}

template <typename Value>
void SetMissing(absl::string_view bits, Value missing, std::vector<Value>& values) {
  for (size_t i = 0; i < bits.size(); ++i) {
    if (bits[i] == 0) continue;
    for (size_t row = i * 8; row < std::min(i * 8 + 8, values.size()); ++row) {
      if ((bits[i] >> (row % 8) & 1) != 0) values[row] = missing;
    }
  }
}

// Values with those that are missing replaced by the one before, which costs least in any encoding.
template <typename Value, typename IsMissing>
std::vector<Value> FillMissing(absl::Span<const Value> values, IsMissing is_missing) {
  std::vector<Value> filled(values.begin(), values.end());
  const auto first = std::find_if_not(filled.begin(), filled.end(), is_missing);
  Value last = first == filled.end() ? Value() : *first;
  for (Value& value : filled) {
    if (is_missing(value)) value = last;
    last = value;
  }
  return filled;
}

std::string PlainBody(absl::Span<const double> numbers) {
  return std::string(reinterpret_cast<const char*>(numbers.data()),
                     numbers.size() * sizeof(double));
}

Encoded EncodeNumbers(absl::Span<const double> numbers) {
  const auto is_nan = [](double number) { return std::isnan(number); };
  const std::optional<Decimals> decimals = ToDecimals(FillMissing(numbers, is_nan));
  if (!decimals) return {kNumbers, PlainBody(numbers)};
  Encoded out{kDecimals, {}};
  AppendMissing(
      numbers.size(), [&](size_t row) { return is_nan(numbers[row]); }, out.body);
  AppendPlain(decimals->digits, out.body);
  AppendIntegers(decimals->integers, out.body);
  if (out.body.size() < numbers.size() * sizeof(double)) return out;
  return {kNumbers, PlainBody(numbers)};
}

Encoded EncodeIntegers(absl::Span<const int64_t> integers) {
  const auto is_missing = [](int64_t value) { return value == ColumnData::kMissingInteger; };
  Encoded out{kIntegers, {}};
  AppendMissing(
      integers.size(), [&](size_t row) { return is_missing(integers[row]); }, out.body);
  AppendIntegers(FillMissing(integers, is_missing), out.body);
  return out;
}

// Gives the strings of a run of rows new codes, in order of their first row.
class Recoder {
 public:
  explicit Recoder(const ColumnData& column, size_t row_count) : column_(column) {
    if (column.dictionary.size() <= 4 * row_count) dense_.resize(column.dictionary.size(), kNone);
  }

  int64_t CodeOf(int32_t code) {
    if (code == ColumnData::kMissingCode) return ColumnData::kMissingCode;
    int64_t& known = dense_.empty() ? sparse_.try_emplace(code, kNone).first->second
                                    : dense_[static_cast<size_t>(code)];
    if (known == kNone) {
      known = static_cast<int64_t>(strings_.size());
      strings_.emplace_back(column_.dictionary[static_cast<size_t>(code)]);
    }
    return known;
  }

  const std::vector<absl::string_view>& strings() const { return strings_; }

 private:
  static constexpr int64_t kNone = -2;

  const ColumnData& column_;
  std::vector<int64_t> dense_;  // Empty: the dictionary is much larger than the run.
  absl::flat_hash_map<int32_t, int64_t> sparse_;
  std::vector<absl::string_view> strings_;
};

Encoded EncodeStrings(const ColumnData& column, size_t begin, size_t end) {
  Recoder recoder(column, end - begin);
  std::vector<int64_t> codes;
  codes.reserve(end - begin);
  for (size_t row = begin; row < end; ++row) codes.push_back(recoder.CodeOf(column.codes[row]));
  std::vector<int64_t> sizes;
  sizes.reserve(recoder.strings().size());
  for (const absl::string_view text : recoder.strings()) {
    sizes.push_back(static_cast<int64_t>(text.size()));
  }
  Encoded out{kStrings, {}};
  AppendPlain(static_cast<uint32_t>(sizes.size()), out.body);
  AppendIntegers(sizes, out.body);
  AppendIntegers(codes, out.body);
  for (const absl::string_view text : recoder.strings()) out.body.append(text.data(), text.size());
  return out;
}

bool HasValues(const ColumnData& column, size_t begin, size_t end) {
  for (size_t row = begin; row < end; ++row) {
    if (!column.missing(row)) return true;
  }
  return false;
}

Encoded EncodeValues(const ColumnData& column, size_t begin, size_t end) {
  if (!HasValues(column, begin, end)) return {kNoValues, {}};
  if (column.is_string()) return EncodeStrings(column, begin, end);
  if (column.is_integer()) {
    return EncodeIntegers(absl::MakeConstSpan(column.integers).subspan(begin, end - begin));
  }
  return EncodeNumbers(absl::MakeConstSpan(column.numbers).subspan(begin, end - begin));
}

bool DecodeNumbers(ByteReader& reader, std::vector<double>& numbers) {
  absl::string_view bytes;
  if (!reader.ReadBytes(numbers.size() * sizeof(double), &bytes)) return false;
  if (!numbers.empty()) std::memcpy(numbers.data(), bytes.data(), bytes.size());
  return true;
}

bool DecodeDecimals(ByteReader& reader, std::vector<double>& numbers) {
  absl::string_view missing;
  uint8_t digits;
  std::vector<int64_t> integers(numbers.size());
  if (!ReadMissing(reader, numbers.size(), &missing) || !reader.Read(&digits) ||
      digits > kMaxDecimalDigits || !ReadIntegers(reader, absl::MakeSpan(integers))) {
    return false;
  }
  FromDecimals(integers, digits, absl::MakeSpan(numbers));
  SetMissing(missing, kMissingNumber, numbers);
  return true;
}

bool DecodeIntegers(ByteReader& reader, std::vector<int64_t>& integers) {
  absl::string_view missing;
  if (!ReadMissing(reader, integers.size(), &missing) ||
      !ReadIntegers(reader, absl::MakeSpan(integers))) {
    return false;
  }
  SetMissing(missing, ColumnData::kMissingInteger, integers);
  return true;
}

bool DecodeCodes(ByteReader& reader, int64_t dictionary_size, std::vector<int32_t>& codes) {
  std::vector<int64_t> wide(codes.size());
  if (!ReadIntegers(reader, absl::MakeSpan(wide))) return false;
  int64_t least = 0;
  int64_t greatest = ColumnData::kMissingCode;
  for (size_t row = 0; row < wide.size(); ++row) {
    least = std::min(least, wide[row]);
    greatest = std::max(greatest, wide[row]);
    codes[row] = static_cast<int32_t>(wide[row]);
  }
  return least >= ColumnData::kMissingCode && greatest < dictionary_size;
}

bool DecodeDictionary(ByteReader& reader, absl::Span<const int64_t> sizes,
                      std::vector<std::string>& dictionary) {
  dictionary.reserve(sizes.size());
  for (const int64_t size : sizes) {
    absl::string_view text;
    if (size < 0 || !reader.ReadBytes(static_cast<size_t>(size), &text)) return false;
    dictionary.emplace_back(text);
  }
  return true;
}

bool DecodeStrings(ByteReader& reader, ColumnData& column) {
  uint32_t count;
  if (!reader.Read(&count) || count > column.codes.size()) return false;
  std::vector<int64_t> sizes(count);
  return ReadIntegers(reader, absl::MakeSpan(sizes)) && DecodeCodes(reader, count, column.codes) &&
         DecodeDictionary(reader, sizes, column.dictionary);
}

// Integers of a column that has become one of numbers since.
bool DecodeWidened(ByteReader& reader, std::vector<double>& numbers) {
  std::vector<int64_t> integers(numbers.size());
  if (!DecodeIntegers(reader, integers)) return false;
  for (size_t row = 0; row < numbers.size(); ++row) {
    const bool missing = integers[row] == ColumnData::kMissingInteger;
    numbers[row] = missing ? kMissingNumber : static_cast<double>(integers[row]);
  }
  return true;
}

bool DecodeValues(uint8_t kind, ByteReader& reader, ColumnData& column) {
  if (kind == kNoValues) return true;
  if (column.is_string()) return kind == kStrings && DecodeStrings(reader, column);
  if (column.is_integer()) return kind == kIntegers && DecodeIntegers(reader, column.integers);
  switch (kind) {
    case kNumbers:
      return DecodeNumbers(reader, column.numbers);
    case kDecimals:
      return DecodeDecimals(reader, column.numbers);
    case kIntegers:
      return column.type == v1::COLUMN_TYPE_NUMBER && DecodeWidened(reader, column.numbers);
    default:
      return false;
  }
}

}  // namespace

std::string EncodeChunk(const ColumnData& column, size_t begin, size_t end) {
  const Encoded encoded = EncodeValues(column, begin, end);
  return FrameChunk({encoded.kind, static_cast<uint32_t>(end - begin)}, encoded.body,
                    encoded.kind == kNumbers ? kWorthwhileForPlain : kWorthwhile);
}

ColumnData MissingColumn(const v1::ColumnSchema& column, size_t row_count) {
  ColumnData out;
  out.name = column.name();
  out.type = column.type();
  if (out.is_string()) {
    out.codes.resize(row_count, ColumnData::kMissingCode);
  } else if (out.is_integer()) {
    out.integers.resize(row_count, ColumnData::kMissingInteger);
  } else {
    out.numbers.resize(row_count, kMissingNumber);
  }
  return out;
}

absl::StatusOr<ColumnData> DecodeChunk(absl::string_view chunk, const v1::ColumnSchema& column,
                                       size_t row_count) {
  ChunkHead head;
  std::string buffer;
  SERIN_ASSIGN_OR_RETURN(const absl::string_view body, UnframeChunk(chunk, &head, &buffer));
  if (head.row_count != row_count || row_count > kMaxChunkRows) {
    return absl::DataLossError("it does not have the rows that it should have");
  }
  ColumnData out = MissingColumn(column, row_count);
  ByteReader reader(body);
  if (DecodeValues(head.kind, reader, out) && reader.at_end()) return out;
  return absl::DataLossError("its values cannot be read");
}

}  // namespace serin
