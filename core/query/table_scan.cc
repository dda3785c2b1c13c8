#include "core/query/table_scan.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"

namespace serin {
namespace {

// From this column on SQLite says of all together whether it uses them.
constexpr int kFirstUnnamedColumn = 63;

std::vector<int> KeysOf(const ScanPlan& plan) {
  std::vector<int> keys;
  for (const ScanPlan::Condition& condition : plan.conditions) {
    if (condition.comparison == Comparison::kEqual) keys.push_back(condition.column);
  }
  return keys;
}

}  // namespace

ScannedTable::ScannedTable(std::unique_ptr<ChunkedTable> table, ScanContext* context)
    : table_(std::move(table)), context_(context) {}

std::vector<int> ScannedTable::ColumnsOf(const ScanPlan& plan) const {
  std::set<int> columns;
  for (int column = 0; column < std::min(kFirstUnnamedColumn, table_->schema().columns_size());
       ++column) {
    if ((plan.columns_used >> column & 1) != 0) columns.insert(column);
  }
  if ((plan.columns_used >> kFirstUnnamedColumn & 1) != 0) {
    columns.insert(read_columns_.lower_bound(kFirstUnnamedColumn), read_columns_.end());
  }
  for (const ScanPlan::Condition& condition : plan.conditions) columns.insert(condition.column);
  return {columns.begin(), columns.end()};
}

// To keep a large table costs as much as to scan it a few dozen times.
bool ScannedTable::IsWorthKeeping(const Repeated& repeated) const {
  constexpr int64_t kLarge = 100'000;
  return !table_->changes() && !repeated.refused &&
         repeated.scans > (table_->row_count() < kLarge ? 3 : 32);
}

absl::StatusOr<const KeptTable*> ScannedTable::CountScan(const std::string& plan_text,
                                                         const ScanPlan& plan) {
  Repeated& repeated = repeated_[plan_text];
  if (repeated.kept != nullptr) return repeated.kept.get();
  ++repeated.scans;
  if (!IsWorthKeeping(repeated)) return nullptr;
  SERIN_ASSIGN_OR_RETURN(repeated.kept,
                         KeptTable::Build(*table_, ColumnsOf(plan), KeysOf(plan), context_));
  repeated.refused = repeated.kept == nullptr;
  return repeated.kept.get();
}

TableScan::~TableScan() { table_->context().memory.Refund(charged_ + charged_for_lists_); }

void TableScan::SetPlan(const char* plan_text) {
  table_->context().memory.Refund(std::exchange(charged_for_lists_, 0));
  if (plan_text_ != plan_text) {
    plan_text_ = plan_text;
    plan_ = ParsePlan(plan_text_);
    values_.resize(plan_.conditions.size());
    lists_.resize(plan_.conditions.size());
    numeric_.clear();
    for (size_t i = 0; i < values_.size(); ++i) numeric_.push_back(IsNumericInSql(TypeOf(i)));
  }
  for (size_t i = 0; i < plan_.conditions.size(); ++i) {
    if (plan_.conditions[i].comparison == Comparison::kIn) lists_[i].emplace(TypeOf(i));
  }
}

// Of the column of a condition.
v1::ColumnType TableScan::TypeOf(size_t condition) const {
  return table_->table().schema().columns(plan_.conditions[condition].column).type();
}

bool TableScan::AddToList(size_t index, const SqlValue& value) {
  if (!table_->context().memory.Charge(ValueList::kValueBytes)) return false;
  charged_for_lists_ += ValueList::kValueBytes;
  lists_[index]->Add(value);
  return true;
}

absl::Status TableScan::OverMemory() const {
  return absl::ResourceExhaustedError(absl::StrCat("a query may use ",
                                                   table_->context().memory.limit(),
                                                   " bytes of memory, and this one needs more"));
}

absl::Status TableScan::Begin() {
  chunk_ = nullptr;
  if (!MakeConditions()) return absl::OkStatus();
  SERIN_ASSIGN_OR_RETURN(kept_, table_->CountScan(plan_text_, plan_));
  SERIN_RETURN_IF_ERROR(kept_ == nullptr ? BeginReading() : BeginKept());
  return NextChunk();
}

// False where no row can match.
bool TableScan::MakeConditions() {
  conditions_.clear();
  for (size_t i = 0; i < plan_.conditions.size(); ++i) {
    std::optional<RowCondition> condition = MakeCondition(i);
    if (!condition) continue;
    if (condition->is_never()) return false;
    conditions_.push_back(*std::move(condition));
  }
  return true;
}

std::optional<RowCondition> TableScan::MakeCondition(size_t index) {
  const auto& [column, comparison, checked_again] = plan_.conditions[index];
  const v1::ColumnType type = TypeOf(index);
  if (comparison == Comparison::kIn) return RowCondition::AnyOf(column, *std::move(lists_[index]));
  if (checked_again && !numeric_[index]) {
    return RowCondition::MakeLoose(column, type, comparison, values_[index]);
  }
  return RowCondition::Make(column, type, comparison, values_[index]);
}

absl::Status TableScan::BeginReading() {
  ReadPlan read{.columns = table_->ColumnsOf(plan_)};
  for (const RowCondition& condition : conditions_) {
    if (std::optional<ColumnPredicate> hint = condition.hint()) {
      read.predicates.push_back(*std::move(hint));
    }
  }
  SERIN_ASSIGN_OR_RETURN(reader_, table_->table().Read(std::move(read)));
  return absl::OkStatus();
}

absl::Status TableScan::BeginKept() {
  reader_ = nullptr;
  std::vector<const SqlValue*> keys;
  for (size_t i = 0; i < plan_.conditions.size(); ++i) {
    if (plan_.conditions[i].comparison == Comparison::kEqual) keys.push_back(&values_[i]);
  }
  const std::optional<uint64_t> key = keys.empty() ? std::nullopt : kept_->KeyOf(keys);
  by_key_ = key.has_value();
  kept_position_ = by_key_ ? kept_->Find(*key) : kept_->Begin();
  return absl::OkStatus();
}

// To the next chunk that has a row which matches.
absl::Status TableScan::NextChunk() {
  position_ = 0;
  do {
    chunk_ = nullptr;
    SERIN_ASSIGN_OR_RETURN(chunk_, FetchChunk());
    if (chunk_ == nullptr) return absl::OkStatus();
    for (const RowCondition& condition : conditions_) condition.Refine(*chunk_, rows_);
  } while (rows_.empty());
  return absl::OkStatus();
}

absl::StatusOr<const Chunk*> TableScan::FetchChunk() {
  if (kept_ != nullptr && by_key_) return kept_->NextMatches(kept_position_, rows_);
  SERIN_RETURN_IF_ERROR(table_->context().check());
  if (kept_ != nullptr) return kept_->NextChunk(kept_position_, rows_);
  SERIN_ASSIGN_OR_RETURN(const Chunk* chunk, reader_->Next());
  if (chunk == nullptr) return nullptr;
  SERIN_RETURN_IF_ERROR(ChargeChunk(*chunk));
  rows_.resize(static_cast<size_t>(chunk->row_count));
  std::iota(rows_.begin(), rows_.end(), 0U);
  return chunk;
}

absl::Status TableScan::ChargeChunk(const Chunk& chunk) {
  MemoryAccount& memory = table_->context().memory;
  memory.Refund(std::exchange(charged_, 0));
  int64_t bytes = 0;
  for (const ColumnData* column : chunk.columns) {
    if (column != nullptr) bytes += MemoryOf(*column);
  }
  if (!memory.Charge(bytes)) return OverMemory();
  charged_ = bytes;
  return absl::OkStatus();
}

}  // namespace serin
