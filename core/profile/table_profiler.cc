#include "core/profile/table_profiler.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "core/base/random_bits.h"
#include "core/base/status_macros.h"
#include "core/profile/warnings.h"
#include "core/table/schema.h"

namespace serin {
namespace {

// A random odd number for each column.
uint64_t MultiplierOf(size_t column) { return RandomBits(column).Next() | 1; }

absl::Status Damaged(absl::string_view what) {
  return absl::DataLossError(absl::StrCat("stored profile: ", what));
}

}  // namespace

// Up to so many columns.
void TableProfiler::AddColumns(size_t column_count) {
  while (columns_.size() < column_count) {
    columns_.emplace_back(column_count).AddMissing(static_cast<size_t>(row_count_));
  }
}

// A column that has come in no row so far.
ColumnProfiler TableProfiler::WithoutValues() const {
  ColumnProfiler column(1);
  column.AddMissing(static_cast<size_t>(row_count_));
  return column;
}

void TableProfiler::Add(const Table& batch) {
  AddColumns(batch.columns.size());
  std::vector<uint64_t> row_hashes(batch.row_count());
  for (size_t i = 0; i < batch.columns.size(); ++i) {
    columns_[i].Add(batch.columns[i], MultiplierOf(i), absl::MakeSpan(row_hashes));
  }
  for (size_t i = batch.columns.size(); i < columns_.size(); ++i) {
    columns_[i].AddMissing(batch.row_count());
  }
  for (uint64_t& hash : row_hashes) hash = MixBits(hash);
  rows_.Add(row_hashes);
  row_count_ += static_cast<int64_t>(batch.row_count());
}

void TableProfiler::Merge(const TableProfiler& later) {
  if (later.columns_.empty()) return;
  if (columns_.empty()) {
    *this = later;
    return;
  }
  AddColumns(later.columns_.size());
  const ColumnProfiler absent = later.WithoutValues();
  for (size_t i = 0; i < columns_.size(); ++i) {
    columns_[i].Merge(i < later.columns_.size() ? later.columns_[i] : absent);
  }
  rows_.Merge(later.rows_);
  row_count_ += later.row_count_;
}

internal::v1::TableProfileRecord TableProfiler::ToRecord() const {
  internal::v1::TableProfileRecord record;
  record.set_row_count(row_count_);
  for (const ColumnProfiler& column : columns_) *record.add_columns() = column.ToRecord();
  *record.mutable_rows() = rows_.ToRecord();
  return record;
}

absl::StatusOr<TableProfiler> TableProfiler::FromRecord(
    const internal::v1::TableProfileRecord& record) {
  TableProfiler profiler;
  if (record.row_count() < 0) return Damaged("a negative number of rows");
  profiler.row_count_ = record.row_count();
  const auto column_count = static_cast<size_t>(record.columns_size());
  for (const auto& column : record.columns()) {
    auto read = ColumnProfiler::FromRecord(column, column_count);
    if (!read) return Damaged(absl::StrCat("column ", profiler.columns_.size() + 1));
    profiler.columns_.push_back(*std::move(read));
  }
  auto rows = RowSample::FromRecord(record.rows());
  if (!rows) return Damaged("the sample of rows");
  profiler.rows_ = *std::move(rows);
  return profiler;
}

absl::StatusOr<v1::DatasetProfile> TableProfiler::Finish(const v1::Schema& schema) const {
  if (schema.columns_size() < static_cast<int>(columns_.size())) {
    return absl::FailedPreconditionError(absl::StrCat("the schema has ", schema.columns_size(),
                                                      " columns, the profile ", columns_.size()));
  }
  v1::DatasetProfile profile;
  profile.set_row_count(row_count_);
  profile.set_duplicate_row_count(rows_.DuplicateCount(row_count_));
  profile.set_duplicate_rows_exact(rows_.exact());
  std::vector<uint64_t> fingerprints;
  const ColumnProfiler absent = WithoutValues();
  for (int i = 0; i < schema.columns_size(); ++i) {
    const bool known = i < static_cast<int>(columns_.size());
    const ColumnProfiler& column = known ? columns_[i] : absent;
    SERIN_ASSIGN_OR_RETURN(*profile.add_columns(), column.Finish(schema.columns(i)));
    fingerprints.push_back(column.fingerprint());
  }
  AddWarnings(fingerprints, profile);
  return profile;
}

v1::DatasetProfile ProfileOf(const Table& table) {
  TableProfiler profiler;
  profiler.Add(table);
  return *profiler.Finish(SchemaOf(table));
}

}  // namespace serin
