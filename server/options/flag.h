#ifndef SERIN_SERVER_OPTIONS_FLAG_H_
#define SERIN_SERVER_OPTIONS_FLAG_H_

#include <cstdint>
#include <functional>
#include <string>
#include <type_traits>
#include <vector>

#include "absl/flags/marshalling.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/options/options.h"

// The flags of the command line, each bound to the field that it sets. For options.cc alone.

namespace serin {

struct Flag {
  absl::string_view name;
  absl::string_view help;
  // As Usage() shows it; empty: none.
  std::string default_value;
  // May stand without a value, and then means true.
  bool is_switch;
  // Puts a value into the field, or says what is wrong with it.
  std::function<bool(absl::string_view text, std::string* error)> set;
};

// Any type that absl::ParseFlag knows.
template <typename T>
Flag Bind(absl::string_view name, T* field, absl::string_view help) {
  constexpr bool kIsSwitch = std::is_same_v<T, bool>;
  return {name, help, kIsSwitch ? "" : absl::UnparseFlag(*field), kIsSwitch,
          [field](absl::string_view text, std::string* error) {
            return absl::ParseFlag(text, field, error);
          }};
}

// A number with its smallest and largest value; whole unless T is double.
template <typename T>
Flag BindInRange(absl::string_view name, T* field, T min, T max, absl::string_view help) {
  Flag flag = Bind(name, field, help);
  flag.set = [field, min, max](absl::string_view text, std::string* error) {
    if (absl::ParseFlag(text, field, error) && *field >= min && *field <= max) return true;
    *error = absl::StrCat("must be a ", std::is_same_v<T, double> ? "" : "whole ", "number from ",
                          min, " to ", max);
    return false;
  };
  return flag;
}

// A length of time with its unit, such as 250ms or 1m30s.
Flag BindDuration(absl::string_view name, absl::Duration* field, absl::Duration min,
                  absl::Duration max, absl::string_view help);

// Texts separated by commas, none of them empty. The flag may be empty, which is none.
Flag BindList(absl::string_view name, std::vector<std::string>* field, absl::string_view help);

// All of them, in the order in which Usage() shows them. They point into `options`.
std::vector<Flag> FlagsOf(Options& options);

}  // namespace serin

#endif  // SERIN_SERVER_OPTIONS_FLAG_H_
