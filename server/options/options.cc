#include "server/options/options.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "core/base/status_macros.h"
#include "server/options/check.h"
#include "server/options/flag.h"

namespace serin {
namespace {

constexpr std::pair<absl::string_view, bool Roles::*> kRoleNames[] = {
    {"proxy", &Roles::proxy},     {"predict", &Roles::predict}, {"control", &Roles::control},
    {"dataset", &Roles::dataset}, {"worker", &Roles::worker},
};

template <typename... Pieces>
absl::Status Error(const Pieces&... pieces) {
  return absl::InvalidArgumentError(absl::StrCat(pieces...));
}

const Flag* Find(const std::vector<Flag>& flags, absl::string_view name) {
  for (const Flag& flag : flags) {
    if (flag.name == name) return &flag;
  }
  return nullptr;
}

// Reads the flag at the front of `arguments`, and its value where that is an argument of its own.
absl::Status TakeFlag(const std::vector<Flag>& flags,
                      absl::Span<const absl::string_view>& arguments) {
  absl::string_view argument = arguments.front();
  arguments.remove_prefix(1);
  if (!absl::ConsumePrefix(&argument, "--")) {
    return Error("'", argument, "' is no flag; flags look like --port=8500");
  }
  const size_t equals = argument.find('=');
  const absl::string_view name = argument.substr(0, equals);
  const Flag* flag = Find(flags, name);
  if (flag == nullptr) return Error("--", name, ": there is no such flag");

  absl::string_view value = "true";
  if (equals != argument.npos) {
    value = argument.substr(equals + 1);
  } else if (!flag->is_switch) {
    if (arguments.empty()) return Error("--", name, ": needs a value");
    value = arguments.front();
    arguments.remove_prefix(1);
  }
  std::string error;
  if (flag->set(value, &error)) return absl::OkStatus();
  return Error("--", name, "=", value, ": ", error.empty() ? "does not parse" : error);
}

}  // namespace

bool AbslParseFlag(absl::string_view text, Roles* roles, std::string* error) {
  *roles = {};
  if (text == "all") {
    *roles = Options().roles;
    return true;
  }
  for (const absl::string_view name : absl::StrSplit(text, ',')) {
    const auto* role = std::find_if(std::begin(kRoleNames), std::end(kRoleNames),
                                    [&](const auto& known) { return known.first == name; });
    if (role == std::end(kRoleNames)) {
      *error = absl::StrCat("'", name, "' is no role; roles are all, proxy, predict, control, ",
                            "dataset and worker");
      return false;
    }
    roles->*role->second = true;
  }
  *error = "a worker has no other role";
  return !roles->worker || !(roles->proxy || roles->any_backend());
}

std::string AbslUnparseFlag(const Roles& roles) {
  if (roles.all()) return "all";
  std::vector<absl::string_view> names;
  for (const auto& [name, role] : kRoleNames) {
    if (roles.*role) names.push_back(name);
  }
  return absl::StrJoin(names, ",");
}

absl::StatusOr<Options> ParseOptions(absl::Span<const absl::string_view> arguments) {
  Options options;
  const std::vector<Flag> flags = FlagsOf(options);
  while (!arguments.empty()) SERIN_RETURN_IF_ERROR(TakeFlag(flags, arguments));
  if (!options.show_help && !options.show_version) SERIN_RETURN_IF_ERROR(CheckOptions(options));
  return options;
}

std::string Usage() {
  Options options;
  std::string out = "Usage: serin-server [--flag=value ...]\n\n";
  for (const Flag& flag : FlagsOf(options)) {
    absl::StrAppend(&out, "  --", flag.name);
    if (!flag.default_value.empty()) absl::StrAppend(&out, "=", flag.default_value);
    absl::StrAppend(&out, "\n      ", flag.help, "\n");
  }
  return out;
}

}  // namespace serin
