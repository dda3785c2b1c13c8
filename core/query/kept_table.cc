#include "core/query/kept_table.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "absl/hash/hash.h"
#include "core/base/status_macros.h"
#include "core/query/value_key.h"

namespace serin {
namespace {

uint64_t Combine(uint64_t key, uint64_t other) { return absl::HashOf(key, other); }

// Folds the values of a column into the keys of the rows; a missing value is no key.
void FoldColumn(const ColumnData& data, std::vector<std::optional<uint64_t>>& keys) {
  std::vector<uint64_t> by_code;
  for (const std::string& value : data.dictionary) by_code.push_back(KeyOfText(value));
  for (size_t row = 0; row < keys.size(); ++row) {
    if (!keys[row]) continue;
    if (data.missing(row)) {
      keys[row].reset();
    } else if (data.is_string()) {
      keys[row] = Combine(*keys[row], by_code[data.codes[row]]);
    } else {
      keys[row] = Combine(*keys[row], KeyOfNumber(data, row));
    }
  }
}

}  // namespace

KeptTable::KeptTable(const ChunkedTable& table, std::vector<int> keys, ScanContext* context)
    : keys_(std::move(keys)), context_(context) {
  for (const int key : keys_) key_types_.push_back(table.schema().columns(key).type());
}

KeptTable::~KeptTable() { context_->memory.Refund(charged_); }

absl::StatusOr<std::unique_ptr<KeptTable>> KeptTable::Build(const ChunkedTable& table,
                                                            std::vector<int> columns,
                                                            std::vector<int> keys,
                                                            ScanContext* context) {
  if (table.row_count() >= kNone) return nullptr;
  std::unique_ptr<KeptTable> kept(new KeptTable(table, std::move(keys), context));
  SERIN_ASSIGN_OR_RETURN(const bool fits, kept->Keep(table, columns));
  if (!fits || !kept->MakeIndex()) return nullptr;
  return kept;
}

absl::StatusOr<bool> KeptTable::Keep(const ChunkedTable& table, const std::vector<int>& columns) {
  SERIN_ASSIGN_OR_RETURN(const std::unique_ptr<ChunkReader> reader,
                         table.Read({.columns = columns}));
  while (true) {
    SERIN_RETURN_IF_ERROR(context_->check());
    SERIN_ASSIGN_OR_RETURN(const Chunk* chunk, reader->Next());
    if (chunk == nullptr) return true;
    if (!KeepChunk(*chunk)) return false;
  }
}

bool KeptTable::KeepChunk(const Chunk& chunk) {
  if (chunk.row_count >= kNone - rows_) return false;
  int64_t bytes = sizeof(KeptChunk);
  for (const ColumnData* column : chunk.columns) {
    if (column != nullptr) bytes += MemoryOf(*column);
  }
  if (!Charge(bytes)) return false;
  auto kept = std::make_unique<KeptChunk>(KeptChunk{.chunk = chunk, .begin = rows_});
  kept->columns.reserve(chunk.columns.size());
  for (const ColumnData*& column : kept->chunk.columns) {
    if (column == nullptr) continue;
    kept->columns.push_back(*column);
    column = &kept->columns.back();
  }
  rows_ += static_cast<uint32_t>(chunk.row_count);
  chunks_.push_back(std::move(kept));
  return true;
}

bool KeptTable::MakeIndex() {
  if (keys_.empty()) return true;
  const size_t heads = std::bit_ceil(std::max<size_t>(rows_, 1));
  if (!Charge(static_cast<int64_t>((heads + rows_) * sizeof(uint32_t)))) return false;
  heads_.assign(heads, kNone);
  next_.assign(rows_, kNone);
  // Backwards, so that each list is in ascending order.
  for (auto kept = chunks_.rbegin(); kept != chunks_.rend(); ++kept) AddToIndex(**kept);
  return true;
}

void KeptTable::AddToIndex(const KeptChunk& kept) {
  std::vector<std::optional<uint64_t>> keys(static_cast<size_t>(kept.chunk.row_count), 0);
  for (const int column : keys_) FoldColumn(*kept.chunk.columns[column], keys);
  for (size_t row = keys.size(); row-- > 0;) {
    if (!keys[row]) continue;
    uint32_t& head = heads_[*keys[row] & (heads_.size() - 1)];
    next_[kept.begin + row] = head;
    head = kept.begin + static_cast<uint32_t>(row);
  }
}

bool KeptTable::Charge(int64_t bytes) {
  if (!context_->memory.Charge(bytes)) return false;
  charged_ += bytes;
  return true;
}

std::optional<uint64_t> KeptTable::KeyOf(const std::vector<const SqlValue*>& values) const {
  uint64_t key = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    const std::optional<uint64_t> value_key = KeyOfValue(key_types_[i], *values[i]);
    if (!value_key) return std::nullopt;
    key = Combine(key, *value_key);
  }
  return key;
}

const Chunk* KeptTable::NextChunk(Position& position, RowSelection& rows) const {
  if (position.chunk == chunks_.size()) return nullptr;
  const Chunk& chunk = chunks_[position.chunk++]->chunk;
  rows.resize(static_cast<size_t>(chunk.row_count));
  for (size_t row = 0; row < rows.size(); ++row) rows[row] = static_cast<uint32_t>(row);
  return &chunk;
}

const Chunk* KeptTable::NextMatches(Position& position, RowSelection& rows) const {
  if (position.next == kNone) return nullptr;
  const auto behind = std::upper_bound(
      chunks_.begin(), chunks_.end(), position.next,
      [](uint32_t row, const std::unique_ptr<KeptChunk>& kept) { return row < kept->begin; });
  const KeptChunk& kept = **(behind - 1);
  const uint32_t end = kept.begin + static_cast<uint32_t>(kept.chunk.row_count);
  rows.clear();
  for (; position.next != kNone && position.next < end; position.next = next_[position.next]) {
    rows.push_back(position.next - kept.begin);
  }
  return &kept.chunk;
}

}  // namespace serin
