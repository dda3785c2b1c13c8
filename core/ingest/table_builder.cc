#include "core/ingest/table_builder.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/errors.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"
#include "core/ingest/ingest_error.h"
#include "core/table/schema.h"

namespace serin {
namespace {

// A block's cells and what they become stay in the second-level cache.
constexpr size_t kBlockRows = 1024;
constexpr size_t kBlockCells = 32 << 10;

absl::string_view RuleOf(v1::ColumnType type) {
  switch (type) {
    case v1::COLUMN_TYPE_BOOLEAN:
      return "true or false";
    case v1::COLUMN_TYPE_TIMESTAMP:
      return "a timestamp such as 2026-11-21 or 2026-11-21T09:30:00Z, or seconds since 1970";
    case v1::COLUMN_TYPE_INTEGER:
      return "a whole number from -2^63 + 1 to 2^63 - 1";
    default:
      return "a finite decimal number";
  }
}

// Some of the names, for a message to people who may have mistyped one.
std::string ListSome(const std::deque<ColumnBuilder>& columns) {
  const size_t shown = std::min<size_t>(columns.size(), 10);
  std::string list = absl::StrJoin(
      columns.begin(), columns.begin() + static_cast<std::ptrdiff_t>(shown), ", ",
      [](std::string* out, const auto& column) { *out += QuoteForError(column.name()); });
  if (shown < columns.size()) absl::StrAppend(&list, " and ", columns.size() - shown, " more");
  return list;
}

}  // namespace

TableBuilder::TableBuilder(const IngestOptions& options, const v1::Schema& schema,
                           const IngestLimits& limits, TableReader::Sink sink)
    : schema_(schema),
      inferred_strings_(options.inferred_strings.begin(), options.inferred_strings.end()),
      max_columns_(limits.max_columns),
      max_values_(limits.max_values),
      bad_values_are_missing_(options.on_conversion_error ==
                              v1::UploadDatasetSpec::ON_CONVERSION_ERROR_MISSING),
      sink_(std::move(sink)),
      bad_rows_(options.bad_rows) {}

absl::Status TableBuilder::SetColumns(std::vector<std::string> names) {
  absl::flat_hash_map<absl::string_view, v1::ColumnType> types;
  for (const v1::ColumnSchema& column : schema_.columns()) types[column.name()] = column.type();
  for (std::string& name : names) {
    const auto given = types.find(name);
    const v1::ColumnType type = given == types.end() ? v1::COLUMN_TYPE_UNSPECIFIED : given->second;
    AddColumn(std::move(name), type);
    seen_.back() = true;
  }
  return CheckAllSeen();
}

absl::StatusOr<size_t> TableBuilder::FindOrAddColumn(absl::string_view name) {
  if (columns_.empty()) {
    for (const v1::ColumnSchema& column : schema_.columns())
      AddColumn(column.name(), column.type());
  }
  const auto found = positions_.find(name);
  if (found != positions_.end()) {
    seen_[found->second] = true;
    return found->second;
  }
  if (columns_.size() >= max_columns_) {
    return FileOverLimit(absl::StrCat("the file has more than ", max_columns_,
                                      " columns, which is the limit; ", QuoteForError(name),
                                      " is one more"));
  }
  AddColumn(std::string(name), v1::COLUMN_TYPE_UNSPECIFIED);
  seen_.back() = true;
  return columns_.size() - 1;
}

void TableBuilder::AddColumn(std::string name, v1::ColumnType type) {
  positions_.emplace(name, columns_.size());
  const bool inferred = ColumnData::IsString(type) && inferred_strings_.contains(name);
  columns_.emplace_back(std::move(name), type, inferred).AppendMissing(batch_rows_);
  seen_.push_back(false);
}

absl::Status TableBuilder::CheckAllSeen() const {
  for (int i = 0; i < schema_.columns_size(); ++i) {
    const std::string& name = schema_.columns(i).name();
    const auto column = positions_.find(name);
    if (column != positions_.end() && seen_[column->second]) continue;
    return InvalidField(absl::StrCat("schema.columns[", i, "].name"),
                        absl::StrCat("the file has no column ", QuoteForError(name),
                                     ", its columns are ", ListSome(columns_)));
  }
  return absl::OkStatus();
}

FilePlace TableBuilder::PlaceOf(int64_t line, size_t column) const {
  FilePlace place{.line = line, .column = column + 1};
  if (column < columns_.size()) place.column_name = columns_[column].name();
  return place;
}

absl::Status TableBuilder::Add(TextRows& rows, BadRowList bad) {
  if (columns_.empty() && rows.row_count() > 0) return MalformedFile("the file has no columns");
  SERIN_RETURN_IF_ERROR(CountValues(rows));
  BadRowList unread = NewBadRows();
  MarkBatch();
  size_t origin = 0;  // Where the rows behind the mark begin.
  for (size_t at = 0; at < rows.row_count();) {
    size_t count = BlockRows(rows.row_count() - at);
    if (!AppendBlock(rows, at, &count, &unread)) {
      TruncateBatch();
      SERIN_RETURN_IF_ERROR(Emit());
      at = origin;
      continue;
    }
    at += count;
    batch_rows_ += count;
    if (!BatchIsFull()) continue;
    SERIN_RETURN_IF_ERROR(Emit());
    origin = at;
  }
  bad.Merge(std::move(unread));
  return bad_rows_.Take(bad);
}

absl::Status TableBuilder::CountValues(const TextRows& rows) {
  value_count_ += static_cast<int64_t>(rows.row_count() * columns_.size());
  if (value_count_ <= max_values_) return absl::OkStatus();
  return FileOverLimit(absl::StrCat(
      "line ", rows.LineOf(0, 0), ": rows from here on make more than ", max_values_,
      " values, absent ones included, of ", columns_.size(), " columns, which is the limit"));
}

size_t TableBuilder::BlockRows(size_t left) const {
  const size_t wide = std::max<size_t>(kBlockCells / columns_.size(), 1);
  return std::min({left, kBlockRows, wide, TableReader::kMaxBatchRows - batch_rows_});
}

bool TableBuilder::AppendBlock(TextRows& rows, size_t first, size_t* count, BadRowList* bad) {
  AppendFallible(rows, first, count, bad);
  bool took_all = true;
  for (size_t i = 0; i < columns_.size(); ++i) {
    if (columns_[i].can_fail()) continue;
    const auto cells = CellsOf(rows, i, first, *count);
    if (columns_[i].inferred()) {
      took_all = columns_[i].Append(cells) && took_all;
    } else {
      columns_[i].AppendGiven(cells, nullptr);
    }
  }
  return took_all;
}

// Before the others, which then get only the rows that are good.
void TableBuilder::AppendFallible(TextRows& rows, size_t first, size_t* count, BadRowList* bad) {
  std::vector<std::pair<size_t, size_t>> failures;  // Row of the block, column.
  std::vector<size_t> failed;
  for (size_t i = 0; i < columns_.size(); ++i) {
    if (!columns_[i].can_fail()) continue;
    failed.clear();
    columns_[i].AppendGiven(CellsOf(rows, i, first, *count), &failed);
    for (const size_t row : failed) failures.emplace_back(row, i);
  }
  if (failures.empty() || bad_values_are_missing_) return;
  std::sort(failures.begin(), failures.end());
  const auto same_row = [](const auto& a, const auto& b) { return a.first == b.first; };
  failures.erase(std::unique(failures.begin(), failures.end(), same_row), failures.end());
  std::vector<size_t> in_rows;
  std::vector<size_t> in_batch;
  for (const auto& [row, column] : failures) {
    bad->Add([&, r = first + row, c = column] { return Describe(rows, r, c); });
    in_rows.push_back(first + row);
    in_batch.push_back(batch_rows_ + row);
  }
  rows.Remove(in_rows);
  for (ColumnBuilder& column : columns_) {
    if (column.can_fail()) column.Remove(in_batch);
  }
  *count -= failures.size();
}

absl::Span<const absl::string_view> TableBuilder::CellsOf(TextRows& rows, size_t column,
                                                          size_t first, size_t count) {
  if (cells_.size() < count) cells_.resize(count);
  const absl::Span<absl::string_view> cells(cells_.data(), count);
  rows.GetCells(column, first, cells);
  return cells;
}

BadRow TableBuilder::Describe(TextRows& rows, size_t row, size_t column) {
  const absl::string_view text = CellsOf(rows, column, row, 1)[0];
  return {.place = PlaceOf(rows.LineOf(row, column), column),
          .text = std::string(text),
          .problem = absl::StrCat("must be ", RuleOf(columns_[column].type()), ", is ",
                                  QuoteForError(text))};
}

bool TableBuilder::BatchIsFull() const {
  if (batch_rows_ == TableReader::kMaxBatchRows) return true;
  size_t bytes = 0;
  for (const ColumnBuilder& column : columns_) bytes += column.batch_bytes();
  return bytes >= TableReader::kMaxBatchBytes;
}

void TableBuilder::MarkBatch() {
  marked_rows_ = batch_rows_;
  for (ColumnBuilder& column : columns_) column.Mark();
}

void TableBuilder::TruncateBatch() {
  batch_rows_ = marked_rows_;
  for (ColumnBuilder& column : columns_) column.Truncate();
}

// Gives the batch out, if it has rows, and begins the next.
absl::Status TableBuilder::Emit() {
  if (batch_rows_ == 0) return absl::OkStatus();
  Table batch;
  for (ColumnBuilder& column : columns_) batch.columns.push_back(column.TakeBatch());
  row_count_ += static_cast<int64_t>(batch_rows_);
  batch_rows_ = 0;
  marked_rows_ = 0;
  return sink_(std::move(batch));
}

absl::StatusOr<IngestResult> TableBuilder::Finish() {
  SERIN_RETURN_IF_ERROR(CheckAllSeen());
  SERIN_RETURN_IF_ERROR(Emit());
  IngestResult result;
  result.row_count = row_count_;
  result.rejected_row_count = bad_rows_.count();
  result.rejected_rows = bad_rows_.reported();
  result.reread = reread_;
  for (const ColumnBuilder& column : columns_) {
    v1::ColumnSchema* out = result.schema.add_columns();
    out->set_name(column.name());
    out->set_type(column.FinalType());
    if (!column.NeedsReread()) continue;
    result.reread = true;
    result.inferred_strings.push_back(column.name());
  }
  return result;
}

}  // namespace serin
