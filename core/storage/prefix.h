#ifndef SERIN_CORE_STORAGE_PREFIX_H_
#define SERIN_CORE_STORAGE_PREFIX_H_

#include <algorithm>
#include <string>

#include "absl/strings/string_view.h"

// What both stores need to turn a prefix into a range of keys.

namespace serin {

// The first key after all keys that begin with `prefix`; empty where there is none.
inline std::string PrefixEnd(absl::string_view prefix) {
  std::string end(prefix);
  while (!end.empty() && end.back() == '\xff') end.pop_back();
  if (!end.empty()) ++end.back();
  return end;
}

// The key at which Scan(prefix, start) begins.
inline std::string ScanBegin(absl::string_view prefix, absl::string_view start) {
  return std::string(std::max(prefix, start));
}

// The key before which ScanBackward(prefix, end) begins; empty: behind the last key.
inline std::string ScanEnd(absl::string_view prefix, absl::string_view end) {
  std::string limit = PrefixEnd(prefix);
  if (end.empty()) return limit;
  return limit.empty() ? std::string(end) : std::min(limit, std::string(end));
}

}  // namespace serin

#endif  // SERIN_CORE_STORAGE_PREFIX_H_
