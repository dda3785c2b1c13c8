#include "core/ingest/column_builder.h"

#include <cmath>
#include <limits>
#include <utility>

#include "absl/strings/ascii.h"
#include "core/ingest/conform.h"
#include "core/table/number_scan.h"
#include "core/table/value_parser.h"

namespace serin {
namespace {

constexpr double kMissingNumber = std::numeric_limits<double>::quiet_NaN();

constexpr size_t kLongestCategory = 256;
constexpr size_t kMostCategories = 10'000;
constexpr size_t kAlwaysFewCategories = 100;
constexpr size_t kValuesPerCategory = 5;

// What a string takes in a dictionary besides its text, about.
constexpr size_t kDictionaryEntryBytes = 48;

bool IsMissingCell(absl::string_view cell) {
  // Most cells are ruled out without a call.
  if (cell.empty()) return true;
  const char first = cell[0];
  return (first == 'N' || first == 'n' || first == '?') && IsMissing(cell);
}

// A zero before another digit.
bool IsCode(absl::string_view text) {
  const size_t sign = text[0] == '-' || text[0] == '+' ? 1 : 0;
  return text.size() > sign + 1 && text[sign] == '0' && absl::ascii_isdigit(text[sign + 1]);
}

// How cells become values of each type, as far as inference reads them so.
struct InferNumber {
  bool operator()(absl::string_view text, double* value) const {
    return ScanNumber(text, value) && !IsCode(text);
  }
};

struct InferInteger {
  bool operator()(absl::string_view text, int64_t* value) const {
    return ScanInteger(text, value) && !IsCode(text) && (*value != 0 || text[0] != '-');
  }
};

struct ReadBoolean {
  bool operator()(absl::string_view text, double* value) const {
    const std::optional<bool> flag = ParseBoolean(text);
    *value = flag.value_or(false) ? 1 : 0;
    return flag.has_value();
  }
};

struct ReadTimestamp {
  bool operator()(absl::string_view text, double* value) const {
    const std::optional<double> seconds = ParseTimestamp(text);
    *value = seconds.value_or(0);
    return seconds.has_value();
  }
};

// As a schema may demand it.
struct ReadGivenTimestamp {
  bool operator()(absl::string_view text, double* value) const {
    if (ReadTimestamp()(text, value)) return true;
    const std::optional<double> seconds = ParseEpoch(text);
    *value = seconds.value_or(0);
    return seconds.has_value();
  }
};

struct ReadGivenInteger {
  bool operator()(absl::string_view text, int64_t* value) const {
    const std::optional<int64_t> integer = ParseInteger(text);
    *value = integer.value_or(0);
    return integer.has_value();
  }
};

struct ReadGivenNumber {
  bool operator()(absl::string_view text, double* value) const { return ScanNumber(text, value); }
};

// Appends the values of cells up to the first that is none. Returns how many were appended.
template <typename Value, typename Read>
size_t AppendValues(absl::Span<const absl::string_view> cells, Value missing, Read read,
                    std::vector<Value>* values) {
  const size_t before = values->size();
  values->resize(before + cells.size());
  Value* out = values->data() + before;
  size_t done = 0;
  for (; done < cells.size(); ++done, ++out) {
    if (!cells[done].empty() && read(cells[done], out)) continue;
    if (!IsMissingCell(cells[done])) break;
    *out = missing;
  }
  values->resize(before + done);
  return done;
}

// The same, with a missing value in the place of what is none.
template <typename Value, typename Read>
void AppendGivenValues(absl::Span<const absl::string_view> cells, Value missing, Read read,
                       std::vector<Value>* values, std::vector<size_t>* failed) {
  for (size_t done = 0;;) {
    done += AppendValues(cells.subspan(done), missing, read, values);
    if (done == cells.size()) return;
    failed->push_back(done++);
    values->push_back(missing);
  }
}

v1::ColumnType NarrowestType(absl::string_view cell) {
  double number = 0;
  int64_t integer = 0;
  if (ReadBoolean()(cell, &number)) return v1::COLUMN_TYPE_BOOLEAN;
  if (InferInteger()(cell, &integer)) return v1::COLUMN_TYPE_INTEGER;
  if (InferNumber()(cell, &number)) return v1::COLUMN_TYPE_NUMBER;
  if (ReadTimestamp()(cell, &number)) return v1::COLUMN_TYPE_TIMESTAMP;
  return v1::COLUMN_TYPE_CATEGORY;
}

template <typename Value>
void RemoveFrom(absl::Span<const size_t> rows, std::vector<Value>* values) {
  if (values->empty()) return;
  size_t to = rows[0];
  for (size_t i = 0; i < rows.size(); ++i) {
    const size_t end = i + 1 < rows.size() ? rows[i + 1] : values->size();
    for (size_t from = rows[i] + 1; from < end; ++from) (*values)[to++] = (*values)[from];
  }
  values->resize(to);
}

}  // namespace

ColumnBuilder::ColumnBuilder(std::string name, v1::ColumnType type, bool inferred)
    : inferred_(inferred || type == v1::COLUMN_TYPE_UNSPECIFIED), distinct_(kMostCategories) {
  column_.name = std::move(name);
  column_.type = type;
}

bool ColumnBuilder::Append(absl::Span<const absl::string_view> cells) {
  if (becomes_strings_) return false;
  for (;;) {
    cells.remove_prefix(AppendSome(cells));
    if (cells.empty()) return true;
    if (!Widen(cells[0])) return false;
  }
}

// Appends cells up to the first that is not of the column's type.
size_t ColumnBuilder::AppendSome(absl::Span<const absl::string_view> cells) {
  std::vector<double>* const numbers = &column_.numbers;
  switch (column_.type) {
    case v1::COLUMN_TYPE_NUMBER:
      return AppendValues(cells, kMissingNumber, InferNumber(), numbers);
    case v1::COLUMN_TYPE_INTEGER:
      return AppendValues(cells, ColumnData::kMissingInteger, InferInteger(), &column_.integers);
    case v1::COLUMN_TYPE_BOOLEAN:
      return AppendValues(cells, kMissingNumber, ReadBoolean(), numbers);
    case v1::COLUMN_TYPE_TIMESTAMP:
      return AppendValues(cells, kMissingNumber, ReadTimestamp(), numbers);
    case v1::COLUMN_TYPE_CATEGORY:
    case v1::COLUMN_TYPE_TEXT:
      return AppendStrings(cells);
    default:
      return AppendValues(
          cells, kMissingNumber, [](absl::string_view, double*) { return false; }, numbers);
  }
}

size_t ColumnBuilder::AppendStrings(absl::Span<const absl::string_view> cells) {
  const size_t before = column_.codes.size();
  column_.codes.resize(before + cells.size());
  int32_t* out = column_.codes.data() + before;
  for (const absl::string_view cell : cells) {
    *out++ = IsMissingCell(cell) ? ColumnData::kMissingCode : dictionary_.Intern(cell);
  }
  return cells.size();
}

bool ColumnBuilder::Widen(absl::string_view cell) {
  const v1::ColumnType type = NarrowestType(cell);
  const bool to_number = column_.type == v1::COLUMN_TYPE_INTEGER && type == v1::COLUMN_TYPE_NUMBER;
  if (column_.type == v1::COLUMN_TYPE_UNSPECIFIED || to_number) {
    ConformColumn(type, &column_);
    return true;
  }
  becomes_strings_ = true;
  TakeType(v1::COLUMN_TYPE_CATEGORY);
  return !becomes_strings_;
}

// Takes a type that rows of the batch cannot be converted to, once there are none.
void ColumnBuilder::TakeType(v1::ColumnType type) {
  if (row_count() > 0) return;
  becomes_strings_ = false;
  column_.type = type;
}

void ColumnBuilder::AppendGiven(absl::Span<const absl::string_view> cells,
                                std::vector<size_t>* failed) {
  std::vector<double>* const numbers = &column_.numbers;
  switch (column_.type) {
    case v1::COLUMN_TYPE_NUMBER:
      return AppendGivenValues(cells, kMissingNumber, ReadGivenNumber(), numbers, failed);
    case v1::COLUMN_TYPE_INTEGER:
      return AppendGivenValues(cells, ColumnData::kMissingInteger, ReadGivenInteger(),
                               &column_.integers, failed);
    case v1::COLUMN_TYPE_BOOLEAN:
      return AppendGivenValues(cells, kMissingNumber, ReadBoolean(), numbers, failed);
    case v1::COLUMN_TYPE_TIMESTAMP:
      return AppendGivenValues(cells, kMissingNumber, ReadGivenTimestamp(), numbers, failed);
    default:
      AppendStrings(cells);
  }
}

void ColumnBuilder::AppendMissing(size_t rows) { AppendMissingRows(rows, &column_); }

void ColumnBuilder::Mark() {
  marked_rows_ = row_count();
  marked_strings_ = dictionary_.size();
}

void ColumnBuilder::Truncate() {
  if (column_.is_string()) {
    column_.codes.resize(marked_rows_);
    dictionary_.Truncate(marked_strings_);
  } else if (column_.is_integer()) {
    column_.integers.resize(marked_rows_);
  } else {
    column_.numbers.resize(marked_rows_);
  }
  if (becomes_strings_) TakeType(v1::COLUMN_TYPE_CATEGORY);
}

void ColumnBuilder::Remove(absl::Span<const size_t> rows) {
  RemoveFrom(rows, &column_.numbers);
  RemoveFrom(rows, &column_.integers);
}

size_t ColumnBuilder::batch_bytes() const {
  const size_t value_bytes = column_.is_string() ? sizeof(int32_t) : sizeof(double);
  return row_count() * value_bytes + dictionary_.text_bytes() +
         dictionary_.size() * kDictionaryEntryBytes;
}

ColumnData ColumnBuilder::TakeBatch() {
  ColumnData batch{.name = column_.name, .type = column_.type};
  if (inferred_ && column_.is_string()) {
    for (const std::string& text : dictionary_.strings()) {
      distinct_.Add(text);
      has_long_string_ = has_long_string_ || text.size() > kLongestCategory;
    }
    for (const int32_t code : column_.codes) value_count_ += code >= 0 ? 1 : 0;
    batch.type = distinct_.over_limit() || has_long_string_ ? v1::COLUMN_TYPE_TEXT
                                                            : v1::COLUMN_TYPE_CATEGORY;
  }
  took_values_ =
      took_values_ || (!column_.is_string() && column_.type != v1::COLUMN_TYPE_UNSPECIFIED);
  batch.numbers = std::exchange(column_.numbers, {});
  batch.integers = std::exchange(column_.integers, {});
  batch.codes = std::exchange(column_.codes, {});
  batch.dictionary = dictionary_.Release();
  // The next batch is likely to have as many rows.
  column_.numbers.reserve(batch.numbers.size());
  column_.integers.reserve(batch.integers.size());
  column_.codes.reserve(batch.codes.size());
  Mark();
  if (becomes_strings_) TakeType(v1::COLUMN_TYPE_CATEGORY);
  return batch;
}

bool ColumnBuilder::IsText() const {
  const size_t distinct = distinct_.count();
  return distinct_.over_limit() || has_long_string_ ||
         (distinct > kAlwaysFewCategories && distinct * kValuesPerCategory > value_count_);
}

v1::ColumnType ColumnBuilder::FinalType() const {
  if (!inferred_) return column_.type;
  if (column_.type == v1::COLUMN_TYPE_UNSPECIFIED) return v1::COLUMN_TYPE_TEXT;
  if (!column_.is_string()) return column_.type;
  return IsText() ? v1::COLUMN_TYPE_TEXT : v1::COLUMN_TYPE_CATEGORY;
}

bool ColumnBuilder::NeedsReread() const { return inferred_ && column_.is_string() && took_values_; }

}  // namespace serin
