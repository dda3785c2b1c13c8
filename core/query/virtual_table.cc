#include "core/query/virtual_table.h"

#include <sqlite3.h>

#include <array>
#include <memory>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "core/query/timestamp_text.h"

namespace serin {
namespace {

constexpr std::array<std::pair<v1::ColumnType, const char*>, 6> kDeclaredTypes = {{
    {v1::COLUMN_TYPE_NUMBER, "REAL"},
    {v1::COLUMN_TYPE_INTEGER, "INTEGER"},
    {v1::COLUMN_TYPE_BOOLEAN, "BOOLEAN"},
    {v1::COLUMN_TYPE_TIMESTAMP, "TIMESTAMP TEXT"},
    {v1::COLUMN_TYPE_CATEGORY, "CATEGORY TEXT"},
    {v1::COLUMN_TYPE_TEXT, "TEXT"},
}};

struct VirtualTable : sqlite3_vtab {
  ScannedTable* table = nullptr;
};

struct Cursor : sqlite3_vtab_cursor {
  explicit Cursor(ScannedTable* scanned) : sqlite3_vtab_cursor{}, table(scanned), scan(scanned) {}

  ScannedTable* const table;
  TableScan scan;
};

TableScan& ScanOf(sqlite3_vtab_cursor* cursor) { return static_cast<Cursor*>(cursor)->scan; }

std::string Declaration(const v1::Schema& schema) {
  const std::vector<std::string> names = SqlColumnNames(schema);
  std::vector<std::string> columns;
  for (int i = 0; i < schema.columns_size(); ++i) {
    columns.push_back(
        absl::StrCat(QuoteIdentifier(names[i]), " ", DeclaredType(schema.columns(i).type())));
  }
  return absl::StrCat("CREATE TABLE x(", absl::StrJoin(columns, ", "), ")");
}

int Connect(sqlite3* db, void* aux, int, const char* const*, sqlite3_vtab** out, char** error) {
  auto* const table = static_cast<ScannedTable*>(aux);
  const int rc = sqlite3_declare_vtab(db, Declaration(table->table().schema()).c_str());
  if (rc != SQLITE_OK) {
    *error = sqlite3_mprintf("%s", sqlite3_errmsg(db));
    return rc;
  }
  auto* const virtual_table = new VirtualTable();
  virtual_table->table = table;
  *out = virtual_table;
  return SQLITE_OK;
}

int Disconnect(sqlite3_vtab* table) {
  delete static_cast<VirtualTable*>(table);
  return SQLITE_OK;
}

int BestIndex(sqlite3_vtab* table, sqlite3_index_info* info) {
  ScannedTable& scanned = *static_cast<VirtualTable*>(table)->table;
  const ChunkedTable& chunked = scanned.table();
  const ScanPlan plan =
      ChoosePlan(chunked.schema(), chunked.row_count(), scanned.context().has_row_value_in, *info);
  info->idxStr = sqlite3_mprintf("%s", SerializePlan(plan).c_str());
  info->needToFreeIdxStr = 1;
  return info->idxStr == nullptr ? SQLITE_NOMEM : SQLITE_OK;
}

int Open(sqlite3_vtab* table, sqlite3_vtab_cursor** out) {
  *out = new Cursor(static_cast<VirtualTable*>(table)->table);
  return SQLITE_OK;
}

int Close(sqlite3_vtab_cursor* cursor) {
  delete static_cast<Cursor*>(cursor);
  return SQLITE_OK;
}

// SQLite has but a code: the error itself waits in the context.
int ToCode(sqlite3_vtab_cursor* cursor, absl::Status status) {
  if (status.ok()) return SQLITE_OK;
  static_cast<Cursor*>(cursor)->table->context().error = std::move(status);
  return SQLITE_ERROR;
}

template <typename Add>
void ReadList(sqlite3_value* list, bool numeric, Add add) {
  sqlite3_value* value = nullptr;
  for (int rc = sqlite3_vtab_in_first(list, &value); rc == SQLITE_OK && value != nullptr;
       rc = sqlite3_vtab_in_next(list, &value)) {
    if (!add(ReadSqlValue(value, numeric))) return;
  }
}

int Filter(sqlite3_vtab_cursor* cursor, int, const char* plan, int, sqlite3_value** arguments) {
  const auto read = [&](size_t i, bool numeric, bool is_list, auto add) {
    if (is_list) {
      ReadList(arguments[i], numeric, add);
    } else {
      add(ReadSqlValue(arguments[i], numeric));
    }
  };
  return ToCode(cursor, ScanOf(cursor).Begin(plan, read));
}

int Next(sqlite3_vtab_cursor* cursor) { return ToCode(cursor, ScanOf(cursor).Advance()); }

int Eof(sqlite3_vtab_cursor* cursor) { return ScanOf(cursor).at_end() ? 1 : 0; }

int RowId(sqlite3_vtab_cursor* cursor, sqlite3_int64* out) {
  *out = ScanOf(cursor).row_number();
  return SQLITE_OK;
}

// Copied: SQLite may hold on to a value after the chunk that it is in is gone.
void ReturnText(sqlite3_context* context, const std::string& text) {
  sqlite3_result_text64(context, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}

void ReturnString(sqlite3_context* context, const ColumnData& data, uint32_t row) {
  const int32_t code = data.codes[row];
  if (code != ColumnData::kMissingCode) ReturnText(context, data.dictionary[code]);
}

// A missing value is NULL, which is what a result is that nothing is returned for.
int Column(sqlite3_vtab_cursor* cursor, sqlite3_context* context, int index) {
  const TableScan& scan = ScanOf(cursor);
  const ColumnData* const data = scan.column(index);
  if (data == nullptr) return SQLITE_INTERNAL;
  const uint32_t row = scan.row();
  switch (data->type) {
    case v1::COLUMN_TYPE_CATEGORY:
    case v1::COLUMN_TYPE_TEXT:
      ReturnString(context, *data, row);
      break;
    case v1::COLUMN_TYPE_INTEGER:
      if (!data->missing(row)) sqlite3_result_int64(context, data->integers[row]);
      break;
    case v1::COLUMN_TYPE_BOOLEAN:
      if (!data->missing(row)) sqlite3_result_int(context, data->numbers[row] != 0 ? 1 : 0);
      break;
    case v1::COLUMN_TYPE_TIMESTAMP:
      if (!data->missing(row)) ReturnText(context, TimestampText(MicrosOf(data->numbers[row])));
      break;
    default:
      sqlite3_result_double(context, data->numbers[row]);  // NaN becomes NULL.
  }
  return SQLITE_OK;
}

// Without xCreate a table is there by its name alone; without xUpdate it is read-only.
constexpr sqlite3_module kModule = {.iVersion = 1,
                                    .xCreate = nullptr,
                                    .xConnect = Connect,
                                    .xBestIndex = BestIndex,
                                    .xDisconnect = Disconnect,
                                    .xDestroy = nullptr,
                                    .xOpen = Open,
                                    .xClose = Close,
                                    .xFilter = Filter,
                                    .xNext = Next,
                                    .xEof = Eof,
                                    .xColumn = Column,
                                    .xRowid = RowId};

}  // namespace

int AddVirtualTable(sqlite3* db, const std::string& name, ScannedTable* table) {
  return sqlite3_create_module_v2(db, name.c_str(), &kModule, table, nullptr);
}

std::string QuoteIdentifier(absl::string_view name) {
  return absl::StrCat("\"", absl::StrReplaceAll(name, {{"\"", "\"\""}}), "\"");
}

std::vector<std::string> SqlColumnNames(const v1::Schema& schema) {
  absl::flat_hash_set<std::string> taken;
  std::vector<std::string> names;
  for (const v1::ColumnSchema& column : schema.columns()) {
    // A NUL would end the declaration.
    const std::string base =
        absl::StrReplaceAll(column.name(), {{absl::string_view("\0", 1), "?"}});
    std::string name = base;
    for (int i = 2; !taken.insert(absl::AsciiStrToLower(name)).second; ++i) {
      name = absl::StrCat(base, "_", i);
    }
    names.push_back(std::move(name));
  }
  return names;
}

const char* DeclaredType(v1::ColumnType type) {
  for (const auto& [known, declared] : kDeclaredTypes) {
    if (known == type) return declared;
  }
  return "";
}

v1::ColumnType TypeOfDeclaration(const char* declared) {
  if (declared == nullptr) return v1::COLUMN_TYPE_UNSPECIFIED;
  for (const auto& [type, known] : kDeclaredTypes) {
    if (absl::string_view(known) == declared) return type;
  }
  return v1::COLUMN_TYPE_UNSPECIFIED;
}

}  // namespace serin
