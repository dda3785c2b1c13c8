#include "core/query/connection.h"

#include <sqlite3.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"
#include "core/query/allowed_functions.h"
#include "core/query/linear_functions.h"
#include "core/query/row_value_scan.h"
#include "core/query/virtual_table.h"

namespace serin {
namespace {

constexpr int kMaxStatementBytes = 64 << 10;
constexpr int kMaxValueBytes = 1 << 20;
// A few microseconds; some tens of milliseconds where the steps call functions on long values.
constexpr int kStepsBetweenChecks = 100;

constexpr absl::string_view kOnlySelect =
    "only one SELECT, WITH ... SELECT or VALUES can be queried";

// https://sqlite.org/limits.html
constexpr std::pair<int, int> kLimits[] = {
    {SQLITE_LIMIT_LENGTH, kMaxValueBytes},
    {SQLITE_LIMIT_SQL_LENGTH, kMaxStatementBytes},
    {SQLITE_LIMIT_EXPR_DEPTH, 250},
    {SQLITE_LIMIT_COMPOUND_SELECT, 50},
    {SQLITE_LIMIT_VDBE_OP, 250'000},
    {SQLITE_LIMIT_FUNCTION_ARG, 100},
    {SQLITE_LIMIT_ATTACHED, 0},
    {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1000},
    {SQLITE_LIMIT_VARIABLE_NUMBER, 1000},
    {SQLITE_LIMIT_TRIGGER_DEPTH, 1},
    {SQLITE_LIMIT_WORKER_THREADS, 0},
};

constexpr std::pair<int, int> kSwitches[] = {
    {SQLITE_DBCONFIG_DEFENSIVE, 1},
    {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
    {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
    {SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, 0},
    {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0},
    {SQLITE_DBCONFIG_ENABLE_VIEW, 0},
    // "name" in double quotes is a column or an error, never a string.
    {SQLITE_DBCONFIG_DQS_DML, 0},
    {SQLITE_DBCONFIG_DQS_DDL, 0},
};

absl::string_view ViewOf(const char* text) { return text == nullptr ? "" : text; }

std::string PositionIn(absl::string_view sql, int offset) {
  if (offset < 0 || static_cast<size_t>(offset) > sql.size()) return "";
  const absl::string_view before = sql.substr(0, offset);
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  const size_t line_start = before.rfind('\n');
  const size_t column = line_start == before.npos ? before.size() : before.size() - line_start - 1;
  return absl::StrCat(" (line ", line, ", column ", column + 1, ")");
}

}  // namespace

void FinalizeStatement::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

absl::StatusOr<std::unique_ptr<Connection>> Connection::Open(ScanContext* context) {
  SERIN_RETURN_IF_ERROR(InitializeSqlite());
  std::unique_ptr<Connection> connection(new Connection(context));
  const int rc = sqlite3_open_v2(":memory:", &connection->db_,
                                 SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY | SQLITE_OPEN_NOMUTEX,
                                 /*zVfs=*/nullptr);
  if (rc != SQLITE_OK) return connection->ErrorOf(rc);
  SERIN_RETURN_IF_ERROR(connection->Harden());
  return connection;
}

Connection::~Connection() { sqlite3_close(db_); }

absl::Status Connection::Harden() {
  // Sorting and the like stay in memory, where they are counted, instead of a temporary file.
  int rc = sqlite3_exec(db_, "PRAGMA temp_store=MEMORY", nullptr, nullptr, nullptr);
  if (rc == SQLITE_OK) rc = AddLinearFunctions(db_, context_);
  // No virtual tables but ours.
  if (rc == SQLITE_OK) rc = sqlite3_drop_modules(db_, nullptr);
  for (const auto& [option, value] : kSwitches) {
    if (rc == SQLITE_OK) rc = sqlite3_db_config(db_, option, value, nullptr);
  }
  for (const auto& [limit, value] : kLimits) sqlite3_limit(db_, limit, value);
  if (rc == SQLITE_OK) rc = sqlite3_set_authorizer(db_, &Connection::Authorize, this);
  sqlite3_progress_handler(db_, kStepsBetweenChecks, &Connection::KeepGoing, this);
  return ErrorOf(rc);
}

absl::Status Connection::AddTable(const std::string& name, std::unique_ptr<ChunkedTable> table) {
  const v1::Schema& schema = table->schema();
  const int max_columns = sqlite3_limit(db_, SQLITE_LIMIT_COLUMN, -1);
  if (schema.columns_size() > max_columns) {
    return absl::InvalidArgumentError(absl::StrCat(name, " has ", schema.columns_size(),
                                                   " columns; SQL can be asked of tables with ",
                                                   max_columns, " at most"));
  }
  NamedTable named;
  const std::vector<std::string> names = SqlColumnNames(schema);
  for (size_t i = 0; i < names.size(); ++i) {
    named.columns[absl::AsciiStrToLower(names[i])] = static_cast<int>(i);
  }
  named.scanned = std::make_unique<ScannedTable>(std::move(table), context_);
  int rc = AddVirtualTable(db_, name, named.scanned.get());
  tables_[name] = std::move(named);
  if (rc == SQLITE_OK) rc = Declare(name);
  return ErrorOf(rc);
}

// The first statement that names a table declares it, with statements of SQLite's own that the
// authorizer would refuse; so this one does.
int Connection::Declare(const std::string& name) {
  sqlite3_set_authorizer(db_, nullptr, nullptr);
  sqlite3_stmt* raw = nullptr;
  const std::string sql = absl::StrCat("SELECT 1 FROM ", QuoteIdentifier(name));
  const int rc = sqlite3_prepare_v3(db_, sql.c_str(), -1, 0, &raw, nullptr);
  const Statement owner(raw);
  sqlite3_set_authorizer(db_, &Connection::Authorize, this);
  return rc;
}

absl::StatusOr<Statement> Connection::Prepare(absl::string_view sql) {
  denied_.clear();
  missing_table_.reset();
  selects_ = 0;
  if (sql.find('\0') != sql.npos || !IsUtf8(sql)) {
    return absl::InvalidArgumentError("must be UTF-8 text without NUL characters");
  }
  if (sql.size() > kMaxStatementBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("must have at most ", kMaxStatementBytes, " bytes, has ", sql.size()));
  }
  context_->has_row_value_in = MayHaveRowValueIn(sql);
  sqlite3_stmt* raw = nullptr;
  const char* tail = nullptr;
  const int rc = sqlite3_prepare_v3(db_, sql.data(), static_cast<int>(sql.size()), 0, &raw, &tail);
  Statement statement(raw);
  if (rc != SQLITE_OK) return PrepareError(rc, sql);
  SERIN_RETURN_IF_ERROR(CheckStatement(raw, sql.substr(tail - sql.data())));
  return statement;
}

// The authorizer has seen what it does; this is about how many there are, and of what kind.
absl::Status Connection::CheckStatement(sqlite3_stmt* statement, absl::string_view tail) {
  const bool is_select = statement != nullptr && sqlite3_stmt_readonly(statement) != 0 &&
                         sqlite3_stmt_isexplain(statement) == 0 &&
                         sqlite3_column_count(statement) > 0;
  if (!is_select) return absl::InvalidArgumentError(kOnlySelect);
  while (!tail.empty()) {  // Only comments and semicolons may follow, which make no statement.
    sqlite3_stmt* next = nullptr;
    const char* rest = nullptr;
    const int rc =
        sqlite3_prepare_v3(db_, tail.data(), static_cast<int>(tail.size()), 0, &next, &rest);
    const Statement owner(next);
    if (rc != SQLITE_OK || next != nullptr) return absl::InvalidArgumentError(kOnlySelect);
    const size_t used = rest - tail.data();
    if (used == 0) break;
    tail.remove_prefix(used);
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> Connection::Step(sqlite3_stmt* statement) {
  const int rc = sqlite3_step(statement);
  if (rc == SQLITE_ROW) return true;
  if (rc == SQLITE_DONE) return false;
  return ErrorOf(rc);
}

int Connection::KeepGoing(void* self) {
  ScanContext& context = *static_cast<Connection*>(self)->context_;
  if (context.error.ok()) context.error = context.check();
  return context.error.ok() ? 0 : 1;
}

int Connection::Authorize(void* self, int action, const char* first, const char* second,
                          const char* /*database*/, const char* /*trigger*/) {
  auto& connection = *static_cast<Connection*>(self);
  // SQLite asks for no progress while it reads a statement; this is often enough.
  if (KeepGoing(self) != 0) return SQLITE_DENY;
  switch (action) {
    case SQLITE_SELECT:
      ++connection.selects_;
      return SQLITE_OK;
    case SQLITE_RECURSIVE:
      return SQLITE_OK;
    case SQLITE_FUNCTION:
      return connection.AuthorizeFunction(ViewOf(second));
    case SQLITE_READ:
      return connection.AuthorizeRead(ViewOf(first), ViewOf(second));
    default:
      return connection.Deny(std::string(kOnlySelect));
  }
}

int Connection::AuthorizeFunction(absl::string_view name) {
  if (!IsAllowedFunction(name)) {
    return Deny(absl::StrCat("the function ", name, " is not available"));
  }
  if (!context_->repeatable || !IsVolatileFunction(name)) return SQLITE_OK;
  return Deny(absl::StrCat("the function ", name,
                           " is not available here: rows may be read more than once, and it would "
                           "decide otherwise each time"));
}

// Reads of a table without a column (to count rows) also come for the names of a WITH.
int Connection::AuthorizeRead(absl::string_view table, absl::string_view column) {
  const std::string name = absl::AsciiStrToLower(table);
  const auto found = tables_.find(name);
  if (found == tables_.end()) {
    if (column.empty() && !absl::StartsWith(name, "sqlite_")) return SQLITE_OK;
    return Deny(absl::StrCat("no such table: ", table));
  }
  const auto known = found->second.columns.find(absl::AsciiStrToLower(column));
  if (known != found->second.columns.end()) found->second.scanned->AddReadColumn(known->second);
  return SQLITE_OK;
}

int Connection::Deny(std::string reason) {
  if (denied_.empty()) denied_ = std::move(reason);
  return SQLITE_DENY;
}

absl::Status Connection::ErrorOf(int rc) const {
  if (rc == SQLITE_OK) return absl::OkStatus();
  if (!context_->error.ok()) return context_->error;
  switch (rc & 0xff) {
    case SQLITE_NOMEM:
    case SQLITE_FULL:
      return absl::ResourceExhaustedError(
          absl::StrCat("a query may use ", context_->memory.limit(),
                       " bytes of memory, and this one needs more; sort, group or join less"));
    case SQLITE_TOOBIG:
      return absl::ResourceExhaustedError(
          absl::StrCat("a value may have ", kMaxValueBytes, " bytes, and one has more"));
    default:
      return absl::InvalidArgumentError(sqlite3_errmsg(db_));
  }
}

absl::Status Connection::PrepareError(int rc, absl::string_view sql) {
  const absl::Status error = ErrorOf(rc);
  if (!absl::IsInvalidArgument(error)) return error;
  absl::string_view message = error.message();
  const std::string position = PositionIn(sql, sqlite3_error_offset(db_));
  if (!denied_.empty()) return absl::InvalidArgumentError(absl::StrCat(denied_, position));
  if (absl::ConsumePrefix(&message, "no such table: ")) {
    missing_table_ = absl::AsciiStrToLower(message);
  }
  return absl::InvalidArgumentError(absl::StrCat(error.message(), position));
}

}  // namespace serin
