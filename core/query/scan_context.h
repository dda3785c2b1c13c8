#ifndef SERIN_CORE_QUERY_SCAN_CONTEXT_H_
#define SERIN_CORE_QUERY_SCAN_CONTEXT_H_

#include <functional>

#include "absl/status/status.h"
#include "core/query/sqlite_memory.h"

namespace serin {

// What the scans of one query share. Used by one thread at a time.
struct ScanContext {
  MemoryAccount memory;
  // Asked before each chunk and now and then; an error ends the query.
  std::function<absl::Status()> check;
  // The statement may be asked several times and has to answer the same: no volatile functions.
  bool repeatable = false;
  // The statement may compare row values with a list (row_value_scan.h).
  bool has_row_value_in = false;
  // What functions have done since `check` was asked, in bytes that they looked at.
  size_t work = 0;
  // The error behind one that SQLite only has a code for.
  absl::Status error = absl::OkStatus();
};

}  // namespace serin

#endif  // SERIN_CORE_QUERY_SCAN_CONTEXT_H_
