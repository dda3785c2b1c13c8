#ifndef SERIN_CORE_QUERY_CONNECTION_H_
#define SERIN_CORE_QUERY_CONNECTION_H_

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/query/chunk.h"
#include "core/query/scan_context.h"
#include "core/query/table_scan.h"

struct sqlite3;
struct sqlite3_stmt;

namespace serin {

struct FinalizeStatement {
  void operator()(sqlite3_stmt* statement) const;
};
using Statement = std::unique_ptr<sqlite3_stmt, FinalizeStatement>;

// A connection of SQLite to nothing but the tables given to it: an empty database in memory, which
// stays empty. Only SELECT gets through, only of those tables, and only with functions that compute
// (allowed_functions.h); see https://sqlite.org/security.html. Used by one thread at a time, and
// within a MemoryScope of the context's account.
class Connection {
 public:
  // `context` must outlive the connection.
  static absl::StatusOr<std::unique_ptr<Connection>> Open(ScanContext* context);
  ~Connection();

  // The name, in lower case, hides whatever SQLite knows by it. INVALID_ARGUMENT where the table
  // has more columns than SQLite takes.
  absl::Status AddTable(const std::string& name, std::unique_ptr<ChunkedTable> table);

  // Reads one SELECT. INVALID_ARGUMENT, with SQLite's message and the position, for anything else.
  absl::StatusOr<Statement> Prepare(absl::string_view sql);

  // The table, in lower case, without which the last Prepare failed; nothing where that is not why.
  const std::optional<std::string>& missing_table() const { return missing_table_; }

  // SELECTs within the last statement, sub-queries included.
  int selects() const { return selects_; }

  // Goes to the next row: false after the last one. Errors are the context's, RESOURCE_EXHAUSTED,
  // or INVALID_ARGUMENT with what SQLite says.
  absl::StatusOr<bool> Step(sqlite3_stmt* statement);

 private:
  explicit Connection(ScanContext* context) : context_(context) {}

  static int Authorize(void* self, int action, const char* first, const char* second,
                       const char* database, const char* trigger);
  static int KeepGoing(void* self);

  absl::Status Harden();
  int Declare(const std::string& name);
  int AuthorizeFunction(absl::string_view name);
  int AuthorizeRead(absl::string_view table, absl::string_view column);
  int Deny(std::string reason);
  absl::Status CheckStatement(sqlite3_stmt* statement, absl::string_view tail);
  absl::Status ErrorOf(int rc) const;
  absl::Status PrepareError(int rc, absl::string_view sql);

  struct NamedTable {
    std::unique_ptr<ScannedTable> scanned;
    std::map<std::string, int> columns;  // By their names in SQL, in lower case.
  };

  ScanContext* const context_;
  std::map<std::string, NamedTable> tables_;
  std::string denied_;  // Why the authorizer said no; empty: it did not.
  std::optional<std::string> missing_table_;
  int selects_ = 0;
  sqlite3* db_ = nullptr;
};

}  // namespace serin

#endif  // SERIN_CORE_QUERY_CONNECTION_H_
