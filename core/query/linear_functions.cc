#include "core/query/linear_functions.h"

#include <sqlite3.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "core/query/scan_context.h"

namespace serin {
namespace {

constexpr int kFlags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;

ScanContext& ContextOf(sqlite3_context* call) {
  return *static_cast<ScanContext*>(sqlite3_user_data(call));
}

// A value as text; its data are null where it is NULL or there is no memory for it.
absl::string_view TextOf(sqlite3_value* value) {
  const auto* const text = reinterpret_cast<const char*>(sqlite3_value_text(value));
  return {text, text == nullptr ? 0 : static_cast<size_t>(sqlite3_value_bytes(value))};
}

// The bytes of a blob, else as TextOf.
absl::string_view BytesOf(sqlite3_value* value) {
  if (sqlite3_value_type(value) != SQLITE_BLOB) return TextOf(value);
  const auto* const bytes = static_cast<const char*>(sqlite3_value_blob(value));
  return {bytes, static_cast<size_t>(sqlite3_value_bytes(value))};
}

void ReturnText(sqlite3_context* call, absl::string_view text) {
  sqlite3_result_text64(call, text.data() == nullptr ? "" : text.data(), text.size(),
                        SQLITE_TRANSIENT, SQLITE_UTF8);
}

// SQLite asks between calls only, and after a thousand steps: these take up to a millisecond each.
void AskWhetherToGoOn(sqlite3_context* call, size_t work) {
  constexpr size_t kLong = 1 << 20;
  ScanContext& context = ContextOf(call);
  context.work += work;
  if (context.work < kLong) return;
  context.work = 0;
  if (context.error.ok()) context.error = context.check();
  if (!context.error.ok()) sqlite3_result_error_code(call, SQLITE_INTERRUPT);
}

// In linear time, which std::string::find does not promise and memmem (two-way) does.
size_t Find(absl::string_view text, absl::string_view pattern, size_t from) {
  const void* const found =
      memmem(text.data() + from, text.size() - from, pattern.data(), pattern.size());
  return found == nullptr ? absl::string_view::npos
                          : static_cast<size_t>(static_cast<const char*>(found) - text.data());
}

bool Continues(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

// Bytes of the character at the front, as SQLite steps over it: a lead byte takes what continues
// it.
size_t FirstCharacter(absl::string_view text) {
  size_t size = 1;
  if (static_cast<unsigned char>(text[0]) < 0xc0) return size;
  while (size < text.size() && Continues(text[size])) ++size;
  return size;
}

size_t LastCharacter(absl::string_view text) {
  size_t begin = text.size() - 1;
  while (begin > 0 && Continues(text[begin])) --begin;
  return text.size() - begin;
}

// Counts from 1, characters of text and bytes of blobs; 0: it is not there.
int64_t PositionIn(absl::string_view text, absl::string_view pattern, bool characters) {
  if (pattern.empty()) return 1;
  if (text.size() < pattern.size()) return 0;
  // Only at the beginning may half a character be found.
  if (characters && Continues(pattern[0])) {
    return text.substr(0, pattern.size()) == pattern ? 1 : 0;
  }
  const size_t found = Find(text, pattern, 0);
  if (found == absl::string_view::npos) return 0;
  if (!characters) return static_cast<int64_t>(found) + 1;
  int64_t position = 1;
  for (size_t at = 1; at <= found; ++at) position += Continues(text[at]) ? 0 : 1;
  return position;
}

void Instr(sqlite3_context* call, int, sqlite3_value** arguments) {
  const int text_type = sqlite3_value_type(arguments[0]);
  const int pattern_type = sqlite3_value_type(arguments[1]);
  if (text_type == SQLITE_NULL || pattern_type == SQLITE_NULL) return;
  const bool characters = text_type != SQLITE_BLOB || pattern_type != SQLITE_BLOB;
  const absl::string_view text = BytesOf(arguments[0]);
  const absl::string_view pattern = BytesOf(arguments[1]);
  sqlite3_result_int64(call, PositionIn(text, pattern, characters));
  AskWhetherToGoOn(call, text.size() + pattern.size());
}

void Replace(sqlite3_context* call, int, sqlite3_value** arguments) {
  const absl::string_view text = TextOf(arguments[0]);
  const absl::string_view pattern = TextOf(arguments[1]);
  if (text.data() == nullptr || pattern.data() == nullptr) return;
  if (pattern.empty() || pattern[0] == '\0') return sqlite3_result_value(call, arguments[0]);
  const absl::string_view by = TextOf(arguments[2]);
  if (by.data() == nullptr) return;
  const auto limit =
      static_cast<size_t>(sqlite3_limit(sqlite3_context_db_handle(call), SQLITE_LIMIT_LENGTH, -1));
  std::string replaced;
  size_t from = 0;
  for (size_t at = 0; (at = Find(text, pattern, from)) != absl::string_view::npos;
       from = at + pattern.size()) {
    replaced.append(text.data() + from, at - from).append(by.data(), by.size());
    if (replaced.size() > limit) return sqlite3_result_error_toobig(call);
  }
  replaced.append(text.data() + from, text.size() - from);
  if (replaced.size() > limit) return sqlite3_result_error_toobig(call);
  ReturnText(call, replaced);
  AskWhetherToGoOn(call, text.size() + replaced.size());
}

enum Side : unsigned { kLeft = 1, kRight = 2 };

using Characters = absl::flat_hash_set<absl::string_view>;

Characters CharactersOf(absl::string_view text) {
  Characters characters;
  while (!text.empty() && text[0] != '\0') {
    const size_t size = FirstCharacter(text);
    characters.insert(text.substr(0, size));
    text.remove_prefix(size);
  }
  return characters;
}

template <unsigned kSides>
void Trim(sqlite3_context* call, int count, sqlite3_value** arguments) {
  const absl::string_view given = count == 1 ? absl::string_view(" ") : TextOf(arguments[1]);
  absl::string_view text = TextOf(arguments[0]);
  if (text.data() == nullptr || given.data() == nullptr) return;
  const Characters trimmed = CharactersOf(given);
  while ((kSides & kLeft) != 0 && !text.empty()) {
    const size_t size = FirstCharacter(text);
    if (!trimmed.contains(text.substr(0, size))) break;
    text.remove_prefix(size);
  }
  while ((kSides & kRight) != 0 && !text.empty()) {
    const size_t size = LastCharacter(text);
    if (!trimmed.contains(text.substr(text.size() - size))) break;
    text.remove_suffix(size);
  }
  ReturnText(call, text);
  AskWhetherToGoOn(call, given.size() + text.size());
}

// Both are given the pattern first. False where the call has its result: blobs match nothing, as
// SQLite has it where it is built so (SQLITE_LIKE_DOESNT_MATCH_BLOBS), and is in Debian.
bool ReadPattern(sqlite3_context* call, sqlite3_value** arguments, absl::string_view* pattern,
                 absl::string_view* text) {
  const bool blob = sqlite3_value_type(arguments[0]) == SQLITE_BLOB ||
                    sqlite3_value_type(arguments[1]) == SQLITE_BLOB;
  if (blob) {
    sqlite3_result_int(call, 0);
    return false;
  }
  *pattern = TextOf(arguments[0]);
  *text = TextOf(arguments[1]);
  const int limit =
      sqlite3_limit(sqlite3_context_db_handle(call), SQLITE_LIMIT_LIKE_PATTERN_LENGTH, -1);
  if (pattern->size() > static_cast<size_t>(limit)) {
    sqlite3_result_error(call, "LIKE or GLOB pattern too complex", -1);
    return false;
  }
  return pattern->data() != nullptr && text->data() != nullptr;
}

// The one character of ESCAPE; 0, and the call has its error or NULL, where it is none.
unsigned ReadEscape(sqlite3_context* call, sqlite3_value* value) {
  const absl::string_view escape = TextOf(value);
  if (escape.data() == nullptr) return 0;
  if (escape.empty() || FirstCharacter(escape) != escape.size() || escape.size() > 4) {
    sqlite3_result_error(call, "ESCAPE expression must be a single character", -1);
    return 0;
  }
  if (escape == "%" || escape == "_") {
    sqlite3_result_error(call, "ESCAPE must not be % or _", -1);
    return 0;
  }
  const auto lead = static_cast<unsigned char>(escape[0]);
  if (escape.size() == 1) return lead;
  unsigned code = lead & (0x7fU >> escape.size());
  for (const char c : escape.substr(1)) code = code << 6 | (static_cast<unsigned char>(c) & 0x3fU);
  return code;
}

void Like(sqlite3_context* call, int count, sqlite3_value** arguments) {
  absl::string_view pattern;
  absl::string_view text;
  unsigned escape = 0;
  if (!ReadPattern(call, arguments, &pattern, &text)) return;
  if (count == 3 && (escape = ReadEscape(call, arguments[2])) == 0) return;
  sqlite3_result_int(call, sqlite3_strlike(pattern.data(), text.data(), escape) == 0 ? 1 : 0);
  AskWhetherToGoOn(call, pattern.size() * text.size());
}

void Glob(sqlite3_context* call, int, sqlite3_value** arguments) {
  absl::string_view pattern;
  absl::string_view text;
  if (!ReadPattern(call, arguments, &pattern, &text)) return;
  sqlite3_result_int(call, sqlite3_strglob(pattern.data(), text.data()) == 0 ? 1 : 0);
  AskWhetherToGoOn(call, pattern.size() * text.size());
}

struct Function {
  const char* name;
  int arguments;
  void (*call)(sqlite3_context*, int, sqlite3_value**);
};

constexpr Function kFunctions[] = {
    {"instr", 2, Instr},
    {"replace", 3, Replace},
    {"trim", 1, Trim<kLeft | kRight>},
    {"trim", 2, Trim<kLeft | kRight>},
    {"ltrim", 1, Trim<kLeft>},
    {"ltrim", 2, Trim<kLeft>},
    {"rtrim", 1, Trim<kRight>},
    {"rtrim", 2, Trim<kRight>},
    {"like", 2, Like},
    {"like", 3, Like},
    {"glob", 2, Glob},
};

}  // namespace

int AddLinearFunctions(sqlite3* db, ScanContext* context) {
  for (const Function& function : kFunctions) {
    const int rc = sqlite3_create_function_v2(db, function.name, function.arguments, kFlags,
                                              context, function.call, nullptr, nullptr, nullptr);
    if (rc != SQLITE_OK) return rc;
  }
  return SQLITE_OK;
}

}  // namespace serin
