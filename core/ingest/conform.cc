#include "core/ingest/conform.h"

#include <cstddef>
#include <limits>
#include <utility>
#include <vector>

namespace serin {
namespace {

constexpr double kMissingNumber = std::numeric_limits<double>::quiet_NaN();

void MakeNumbers(ColumnData* column) {
  std::vector<double> numbers(column->integers.size());
  for (size_t row = 0; row < numbers.size(); ++row) numbers[row] = column->number(row);
  column->numbers = std::move(numbers);
  column->integers = {};
  column->type = v1::COLUMN_TYPE_NUMBER;
}

}  // namespace

bool CanConform(v1::ColumnType from, v1::ColumnType to) {
  if (from == to || from == v1::COLUMN_TYPE_UNSPECIFIED) return true;
  if (from == v1::COLUMN_TYPE_INTEGER) return to == v1::COLUMN_TYPE_NUMBER;
  return ColumnData::IsString(from) && ColumnData::IsString(to);
}

void ConformColumn(v1::ColumnType type, ColumnData* column) {
  const size_t rows = column->size();
  if (column->type == v1::COLUMN_TYPE_UNSPECIFIED) {
    column->numbers.clear();
    column->type = type;
    AppendMissingRows(rows, column);
  } else if (column->is_integer() && type == v1::COLUMN_TYPE_NUMBER) {
    MakeNumbers(column);
  } else {
    column->type = type;
  }
}

void AppendMissingRows(size_t rows, ColumnData* column) {
  if (column->is_string()) {
    column->codes.resize(column->codes.size() + rows, ColumnData::kMissingCode);
  } else if (column->is_integer()) {
    column->integers.resize(column->integers.size() + rows, ColumnData::kMissingInteger);
  } else {
    column->numbers.resize(column->numbers.size() + rows, kMissingNumber);
  }
}

void ConformBatch(const v1::Schema& schema, Table* batch) {
  const size_t rows = batch->row_count();
  for (int i = 0; i < schema.columns_size(); ++i) {
    const v1::ColumnSchema& column = schema.columns(i);
    if (static_cast<size_t>(i) < batch->columns.size()) {
      ConformColumn(column.type(), &batch->columns[i]);
    } else {
      ColumnData& added = batch->columns.emplace_back();
      added.name = column.name();
      added.type = column.type();
      AppendMissingRows(rows, &added);
    }
  }
}

}  // namespace serin
