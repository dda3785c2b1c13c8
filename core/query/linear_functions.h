#ifndef SERIN_CORE_QUERY_LINEAR_FUNCTIONS_H_
#define SERIN_CORE_QUERY_LINEAR_FUNCTIONS_H_

struct sqlite3;

namespace serin {

struct ScanContext;

// Puts functions of our own in the place of those of SQLite (https://sqlite.org/lang_corefunc.html)
// that need time by the product of the lengths of two arguments, hours for two of 1 MiB: SQLite
// asks whether to go on between calls only, not within one. `instr`, `replace`, `trim`, `ltrim` and
// `rtrim` need time by the sum; `like` and `glob` have short patterns. All of them ask whether to
// go on after what took long. They return what SQLite's return; but ESCAPE must not be a wildcard
// itself, and only whole characters are trimmed.
//
// `context` outlives the connection. Returns SQLite's code.
int AddLinearFunctions(sqlite3* db, ScanContext* context);

}  // namespace serin

#endif  // SERIN_CORE_QUERY_LINEAR_FUNCTIONS_H_
