#include "core/profile/column_sample.h"

#include <algorithm>
#include <memory>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "core/base/random_bits.h"
#include "core/base/status_macros.h"
#include "core/profile/value_hash.h"

namespace serin {

std::vector<int64_t> SampleRows(int64_t row_count, int64_t most) {
  const int64_t size = std::min(row_count, most);
  std::vector<int64_t> rows;
  rows.reserve(static_cast<size_t>(size));
  RandomBits random(1);
  for (int64_t i = 0; i < size; ++i) {
    const int64_t begin = row_count / size * i + row_count % size * i / size;
    const int64_t end = row_count / size * (i + 1) + row_count % size * (i + 1) / size;
    rows.push_back(begin + random.Below(static_cast<uint32_t>(end - begin)));
  }
  return rows;
}

ColumnSample::ColumnSample(v1::ColumnType type)
    : is_category_(ColumnData::IsString(type) || type == v1::COLUMN_TYPE_BOOLEAN) {}

void ColumnSample::Append(const ColumnData& column, absl::Span<const int64_t> rows) {
  if (column.is_string()) return AppendTexts(column, rows);
  for (const int64_t row : rows) {
    const double number = column.number(static_cast<size_t>(row));
    if (!is_category_) {
      numbers_.push_back(number);
    } else {
      categories_.push_back(std::isnan(number) ? kMissing : static_cast<int32_t>(number));
    }
  }
}

void ColumnSample::AppendTexts(const ColumnData& column, absl::Span<const int64_t> rows) {
  absl::flat_hash_map<int32_t, int32_t> categories;  // By code of this batch.
  categories[ColumnData::kMissingCode] = kMissing;
  for (const int64_t row : rows) {
    const int32_t code = column.codes[static_cast<size_t>(row)];
    const auto [category, is_new] = categories.try_emplace(code);
    if (is_new) category->second = CategoryOf(HashText(column.dictionary[code]));
    categories_.push_back(category->second);
  }
}

int32_t ColumnSample::CategoryOf(uint64_t hash) {
  return known_.try_emplace(hash, static_cast<int32_t>(known_.size())).first->second;
}

absl::StatusOr<std::vector<ColumnSample>> ReadSamples(const TableSource& table,
                                                      const std::vector<int>& columns,
                                                      absl::Span<const int64_t> rows) {
  std::vector<ColumnSample> samples;
  for (const int column : columns) samples.emplace_back(table.schema().columns(column).type());
  ReadPlan plan;
  plan.columns = columns;
  SERIN_ASSIGN_OR_RETURN(const std::unique_ptr<TableCursor> cursor, table.Read(std::move(plan)));
  std::vector<int64_t> in_batch;
  for (int64_t begin = 0; !rows.empty();) {
    SERIN_ASSIGN_OR_RETURN(const TableBatch* const batch, cursor->Next());
    if (batch == nullptr) return absl::DataLossError(absl::StrCat("the table ends at row ", begin));
    in_batch.clear();
    for (; !rows.empty() && rows[0] < begin + batch->row_count; rows.remove_prefix(1)) {
      in_batch.push_back(rows[0] - begin);
    }
    for (size_t i = 0; i < samples.size(); ++i)
      samples[i].Append(batch->table.columns[i], in_batch);
    begin += batch->row_count;
  }
  return samples;
}

}  // namespace serin
