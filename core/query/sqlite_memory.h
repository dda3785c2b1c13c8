#ifndef SERIN_CORE_QUERY_SQLITE_MEMORY_H_
#define SERIN_CORE_QUERY_SQLITE_MEMORY_H_

#include <cstdint>

#include "absl/status/status.h"

// What SQLite allocates, query by query. SQLite's own limits hold for the process as a whole; ours
// are per query, so that one query's sorting takes nothing from another.

namespace serin {

// Counts memory against a limit. Used by one thread at a time.
class MemoryAccount {
 public:
  explicit MemoryAccount(int64_t limit) : limit_(limit) {}

  MemoryAccount(const MemoryAccount&) = delete;
  MemoryAccount& operator=(const MemoryAccount&) = delete;

  // False, and nothing is charged, where it would go over the limit.
  bool Charge(int64_t bytes) {
    if (bytes > limit_ - used_) return false;
    used_ += bytes;
    return true;
  }
  void Refund(int64_t bytes) { used_ -= bytes; }

  int64_t limit() const { return limit_; }
  int64_t used() const { return used_; }

 private:
  const int64_t limit_;
  int64_t used_ = 0;
};

// While it lives, what SQLite allocates on this thread is charged to `account`, which has to
// outlive the connections used meanwhile; an allocation that it refuses fails (SQLITE_NOMEM).
class MemoryScope {
 public:
  explicit MemoryScope(MemoryAccount* account);
  ~MemoryScope();

  MemoryScope(const MemoryScope&) = delete;
  MemoryScope& operator=(const MemoryScope&) = delete;

 private:
  MemoryAccount* const outer_;
};

// Makes SQLite allocate by accounts; to be called before each use of it, from any thread. INTERNAL
// where something else in the process has used SQLite before.
absl::Status InitializeSqlite();

}  // namespace serin

#endif  // SERIN_CORE_QUERY_SQLITE_MEMORY_H_
