#ifndef SERIN_CORE_QUERY_TABLE_SCAN_H_
#define SERIN_CORE_QUERY_TABLE_SCAN_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "core/query/chunk.h"
#include "core/query/kept_table.h"
#include "core/query/row_condition.h"
#include "core/query/scan_context.h"
#include "core/query/scan_plan.h"

namespace serin {

// A table as one query reads it; its scans share it. Used by one thread at a time.
class ScannedTable {
 public:
  // `context` must outlive the object.
  ScannedTable(std::unique_ptr<ChunkedTable> table, ScanContext* context);

  const ChunkedTable& table() const { return *table_; }
  ScanContext& context() { return *context_; }

  // The statement reads the column. SQLite names the first 63 for each scan, this all for all.
  void AddReadColumn(int column) { read_columns_.insert(column); }

  // The columns that a scan by this plan needs, ascending.
  std::vector<int> ColumnsOf(const ScanPlan& plan) const;

  // A scan by the plan with this text begins, and has keys for an index on those of its conditions
  // that are for equality. Returns the table in memory where scans by this plan have become so many
  // that it pays, and null else.
  absl::StatusOr<const KeptTable*> CountScan(const std::string& plan_text, const ScanPlan& plan);

 private:
  struct Repeated {
    int scans = 0;
    bool refused = false;  // There is no memory for it.
    std::unique_ptr<KeptTable> kept;
  };

  bool IsWorthKeeping(const Repeated& repeated) const;

  const std::unique_ptr<ChunkedTable> table_;
  ScanContext* const context_;
  std::set<int> read_columns_;
  std::map<std::string, Repeated> repeated_;
};

// The rows of a table that a plan's conditions leave, one at a time.
class TableScan {
 public:
  // `table` must outlive the scan.
  explicit TableScan(ScannedTable* table) : table_(table) {}
  ~TableScan();

  TableScan(const TableScan&) = delete;
  TableScan& operator=(const TableScan&) = delete;

  // Begins (again) and goes to the first row. `read(i, numeric, is_list, add)` gives the value, or
  // the values where it is a list, of the plan's condition i (see ReadSqlValue) to `add`, which is
  // false where there is no memory for more.
  template <typename ReadValues>
  absl::Status Begin(const char* plan_text, ReadValues read) {
    SetPlan(plan_text);
    for (size_t i = 0; i < plan_.conditions.size(); ++i) {
      bool fits = true;
      const bool is_list = plan_.conditions[i].comparison == Comparison::kIn;
      read(i, numeric_[i], is_list, [&](SqlValue value) {
        if (is_list) return fits = AddToList(i, value);
        values_[i] = std::move(value);
        return true;
      });
      if (!fits) return OverMemory();
    }
    return Begin();
  }

  // To the next row; not at the end.
  absl::Status Advance() {
    if (++position_ < rows_.size()) return absl::OkStatus();
    return NextChunk();
  }

  bool at_end() const { return chunk_ == nullptr; }
  // Of the row, within the chunk and the table. Columns that are not read are null.
  uint32_t row() const { return rows_[position_]; }
  int64_t row_number() const { return chunk_->first_row + row(); }
  const ColumnData* column(int index) const { return chunk_->columns[index]; }

 private:
  void SetPlan(const char* plan_text);
  bool AddToList(size_t index, const SqlValue& value);
  absl::Status OverMemory() const;
  absl::Status Begin();
  bool MakeConditions();
  std::optional<RowCondition> MakeCondition(size_t index);
  v1::ColumnType TypeOf(size_t condition) const;
  absl::Status BeginReading();
  absl::Status BeginKept();
  absl::Status NextChunk();
  absl::StatusOr<const Chunk*> FetchChunk();
  absl::Status ChargeChunk(const Chunk& chunk);

  ScannedTable* const table_;

  std::string plan_text_;
  ScanPlan plan_;
  std::vector<bool> numeric_;
  // What each condition compares with: a value, or a list.
  std::vector<SqlValue> values_;
  std::vector<std::optional<ValueList>> lists_;
  int64_t charged_for_lists_ = 0;
  std::vector<RowCondition> conditions_;

  // Where the rows come from: the table itself, or memory.
  std::unique_ptr<ChunkReader> reader_;
  int64_t charged_ = 0;  // For the chunk that the reader holds.
  const KeptTable* kept_ = nullptr;
  bool by_key_ = false;
  KeptTable::Position kept_position_;

  const Chunk* chunk_ = nullptr;
  RowSelection rows_;
  size_t position_ = 0;
};

}  // namespace serin

#endif  // SERIN_CORE_QUERY_TABLE_SCAN_H_
