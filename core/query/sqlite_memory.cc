#include "core/query/sqlite_memory.h"

#include <sqlite3.h>

#include <cstdlib>

#include "absl/strings/str_cat.h"

namespace serin {
namespace {

// SQLite's allocator is a table of functions for the whole process, without an argument that would
// say for whom: the thread has to.
thread_local MemoryAccount* current_account = nullptr;

// Before each allocation.
struct Header {
  MemoryAccount* account;  // Null: on nobody's account.
  int64_t bytes;           // Without the header.
};
static_assert(sizeof(Header) % alignof(std::max_align_t) == 0);

Header* HeaderOf(void* memory) { return static_cast<Header*>(memory) - 1; }
int64_t Total(int64_t bytes) { return bytes + static_cast<int64_t>(sizeof(Header)); }

void* Allocate(int bytes) {
  MemoryAccount* const account = current_account;
  if (account != nullptr && !account->Charge(Total(bytes))) return nullptr;
  auto* const header = static_cast<Header*>(std::malloc(Total(bytes)));
  if (header == nullptr) {
    if (account != nullptr) account->Refund(Total(bytes));
    return nullptr;
  }
  *header = {account, bytes};
  return header + 1;
}

void Free(void* memory) {
  if (memory == nullptr) return;
  Header* const header = HeaderOf(memory);
  if (header->account != nullptr) header->account->Refund(Total(header->bytes));
  std::free(header);
}

void* Reallocate(void* memory, int bytes) {
  Header* header = HeaderOf(memory);
  MemoryAccount* const account = header->account;
  const int64_t more = bytes - header->bytes;
  if (account != nullptr && !account->Charge(more)) return nullptr;
  header = static_cast<Header*>(std::realloc(header, Total(bytes)));
  if (header == nullptr) {
    if (account != nullptr) account->Refund(more);
    return nullptr;
  }
  header->bytes = bytes;
  return header + 1;
}

int SizeOf(void* memory) {
  return memory == nullptr ? 0 : static_cast<int>(HeaderOf(memory)->bytes);
}

int RoundUp(int bytes) { return (bytes + 7) & ~7; }
int Initialize(void*) { return SQLITE_OK; }
void Shutdown(void*) {}

// Whatever SQLite makes once for the process is made here, on nobody's account.
int OpenOnce() {
  sqlite3* db = nullptr;
  const int rc = sqlite3_open_v2(":memory:", &db, SQLITE_OPEN_READWRITE, nullptr);
  sqlite3_close_v2(db);
  return rc;
}

int Configure() {
  constexpr sqlite3_mem_methods kMethods = {Allocate, Free,       Reallocate, SizeOf,
                                            RoundUp,  Initialize, Shutdown,   nullptr};
  int rc = sqlite3_config(SQLITE_CONFIG_MALLOC, &kMethods);
  // Statistics of the process would be behind a lock at each allocation.
  if (rc == SQLITE_OK) rc = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  if (rc == SQLITE_OK) rc = sqlite3_initialize();
  return rc == SQLITE_OK ? OpenOnce() : rc;
}

}  // namespace

MemoryScope::MemoryScope(MemoryAccount* account) : outer_(current_account) {
  current_account = account;
}

MemoryScope::~MemoryScope() { current_account = outer_; }

absl::Status InitializeSqlite() {
  static const int rc = [] {
    const MemoryScope nobody(nullptr);
    return Configure();
  }();
  if (rc == SQLITE_OK) return absl::OkStatus();
  return absl::InternalError(absl::StrCat("SQLite cannot be set up: ", sqlite3_errstr(rc)));
}

}  // namespace serin
