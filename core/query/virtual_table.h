#ifndef SERIN_CORE_QUERY_VIRTUAL_TABLE_H_
#define SERIN_CORE_QUERY_VIRTUAL_TABLE_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "core/query/table_scan.h"
#include "serin/v1/table.pb.h"

struct sqlite3;

// Tables as SQLite's virtual tables, https://sqlite.org/vtab.html: eponymous, that is, there by
// their name without a CREATE, and read-only.

namespace serin {

// Makes `table`, which must outlive the connection, known as `name`. Returns SQLite's code.
int AddVirtualTable(sqlite3* db, const std::string& name, ScannedTable* table);

// A name as SQL takes it whatever characters it has: in double quotes.
std::string QuoteIdentifier(absl::string_view name);

// The names of the columns in SQL: their own, but unique also where case does not matter. The
// second of `a` and `A` is `A_2`.
std::vector<std::string> SqlColumnNames(const v1::Schema& schema);

// The type that a column is declared with, which SQLite hands on to the columns of the answer that
// come straight from it, and the way back: UNSPECIFIED for null and for what no column has.
const char* DeclaredType(v1::ColumnType type);
v1::ColumnType TypeOfDeclaration(const char* declared);

}  // namespace serin

#endif  // SERIN_CORE_QUERY_VIRTUAL_TABLE_H_
