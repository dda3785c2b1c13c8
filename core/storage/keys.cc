#include "core/storage/keys.h"

#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "core/base/status_macros.h"
#include "core/storage/prefix.h"

namespace serin {
namespace {

constexpr size_t kNumberDigits = 10;

std::string Escape(absl::string_view component) {
  return absl::StrReplaceAll(component, {{"%", "%25"}, {"/", "%2F"}});
}

std::string Unescape(absl::string_view component) {
  return absl::StrReplaceAll(component, {{"%25", "%"}, {"%2F", "/"}});
}

}  // namespace

std::string Key(std::initializer_list<absl::string_view> components) {
  return absl::StrJoin(components, "/", [](std::string* out, absl::string_view component) {
    absl::StrAppend(out, Escape(component));
  });
}

std::string KeyPrefix(std::initializer_list<absl::string_view> components) {
  return Key(components) + "/";
}

std::string KeyNumber(int32_t number) { return absl::StrFormat("%010d", number); }

absl::StatusOr<std::vector<std::string>> ParseKey(absl::string_view key) {
  std::vector<std::string> components;
  for (const absl::string_view escaped : absl::StrSplit(key, '/')) {
    components.push_back(Unescape(escaped));
    if (Escape(components.back()) != escaped) {
      return absl::DataLossError(
          absl::StrCat("storage: malformed key \"", absl::CHexEscape(key), "\""));
    }
  }
  return components;
}

absl::StatusOr<int32_t> ParseKeyNumber(absl::string_view component) {
  int32_t number = 0;
  if (component.size() == kNumberDigits && absl::SimpleAtoi(component, &number) && number >= 0) {
    return number;
  }
  return absl::DataLossError(
      absl::StrCat("storage: malformed number \"", absl::CHexEscape(component), "\" in a key"));
}

absl::StatusOr<std::vector<std::string>> ListProjects(const StoreReader& reader) {
  std::vector<std::string> projects;
  std::string start;
  while (true) {
    std::string first;
    SERIN_RETURN_IF_ERROR(reader.Scan("", start, [&](absl::string_view key, absl::string_view) {
      first = std::string(key);
      return false;
    }));
    if (first.empty()) return projects;
    SERIN_ASSIGN_OR_RETURN(const std::vector<std::string> components, ParseKey(first));
    projects.push_back(components[0]);
    start = PrefixEnd(KeyPrefix({components[0]}));
  }
}

}  // namespace serin
