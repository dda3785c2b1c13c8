#include "server/options/options.h"

#include <algorithm>
#include <array>
#include <functional>
#include <limits>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/flags/marshalling.h"
#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "core/base/status_macros.h"

namespace serin {
namespace {

constexpr std::pair<absl::string_view, bool Roles::*> kRoleNames[] = {
    {"proxy", &Roles::proxy},     {"predict", &Roles::predict}, {"control", &Roles::control},
    {"dataset", &Roles::dataset}, {"worker", &Roles::worker},
};

// One flag, bound to a field of the Options being read.
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

template <typename T>
Flag Bind(absl::string_view name, T* field, absl::string_view help) {
  constexpr bool kIsSwitch = std::is_same_v<T, bool>;
  return {name, help, kIsSwitch ? "" : absl::UnparseFlag(*field), kIsSwitch,
          [field](absl::string_view text, std::string* error) {
            return absl::ParseFlag(text, field, error);
          }};
}

// A whole number with its smallest and largest value.
template <typename T>
Flag BindInRange(absl::string_view name, T* field, T min, T max, absl::string_view help) {
  Flag flag = Bind(name, field, help);
  flag.set = [field, min, max](absl::string_view text, std::string* error) {
    if (absl::ParseFlag(text, field, error) && *field >= min && *field <= max) return true;
    *error = absl::StrCat("must be a whole number from ", min, " to ", max);
    return false;
  };
  return flag;
}

Flag BindPort(absl::string_view name, int32_t* field, absl::string_view help) {
  return BindInRange<int32_t>(name, field, 0, 65535, help);
}

Flag BindLogLevel(std::string* field) {
  Flag flag = Bind("log_level", field, "Least level that is logged: debug, info, warning or error");
  flag.set = [field](absl::string_view text, std::string* error) {
    static constexpr std::array<absl::string_view, 4> kLevels = {"debug", "info", "warning",
                                                                 "error"};
    *field = std::string(text);
    *error = "must be debug, info, warning or error";
    return std::find(kLevels.begin(), kLevels.end(), text) != kLevels.end();
  };
  return flag;
}

std::vector<Flag> FlagsOf(Options& o) {
  constexpr int64_t kMaxBytes = std::numeric_limits<int64_t>::max();
  return {
      Bind("roles", &o.roles, "all, worker, or some of proxy,predict,control,dataset"),
      Bind("data_dir", &o.data_dir, "Directory of all that is stored; made if it is not there"),
      Bind("host", &o.host, "Address of the public port and of the admin port"),
      BindPort("port", &o.port, "Public port; 0: any that is free"),
      BindPort("admin_port", &o.admin_port, "Port of /metrics and /healthz; 0: any that is free"),
      Bind("internal_listen", &o.internal_listen,
           "HOST:PORT where roles in other processes reach those in this one"),
      Bind("control", &o.control_target, "HOST:PORT of the control role in another process"),
      Bind("dataset", &o.dataset_target, "HOST:PORT of the dataset role in another process"),
      Bind("predict", &o.predict_target, "HOST:PORT of the predict role in another process"),
      BindInRange<int64_t>("max_upload_bytes", &o.max_upload_bytes, 1, kMaxBytes,
                           "Largest dataset that is accepted, in bytes of the file"),
      BindInRange<int32_t>("max_columns", &o.max_columns, 1, 100'000,
                           "Most columns that a dataset may have"),
      BindInRange<int32_t>("max_concurrent_jobs", &o.max_concurrent_jobs, 1, 1000,
                           "Most trainings that run at a time, each in a process of its own"),
      BindLogLevel(&o.log_level),
      Bind("project", &o.project, "Of a worker: the project of its job"),
      Bind("job", &o.job, "Of a worker: its job"),
      BindInRange<int32_t>("attempt", &o.attempt, 0, 1000, "Of a worker: which attempt it is"),
      BindInRange<int32_t>("parent", &o.parent, 0, std::numeric_limits<int32_t>::max(),
                           "Of a worker: the process that started it, with which it ends"),
      Bind("version", &o.show_version, "Print the version and exit"),
      Bind("help", &o.show_help, "Print this and exit"),
  };
}

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

absl::Status CheckWorker(const Options& o) {
  if (o.control_target.empty()) return Error("--control: needed with --roles=worker");
  if (o.dataset_target.empty()) return Error("--dataset: needed with --roles=worker");
  if (o.project.empty()) return Error("--project: needed with --roles=worker");
  if (o.job.empty()) return Error("--job: needed with --roles=worker");
  if (o.attempt < 1) return Error("--attempt: must be at least 1 with --roles=worker");
  if (o.parent < 1) return Error("--parent: needed with --roles=worker");
  return absl::OkStatus();
}

// A role that is needed has to be in this process or have a target, not both.
absl::Status CheckTarget(absl::string_view role, bool here, bool needed,
                         const std::string& target) {
  if (here && !target.empty()) {
    return Error("--", role, "=", target, ": the ", role, " role is in this process (--roles)");
  }
  if (!here && needed && target.empty()) {
    return Error("--", role, ": needed, as the ", role, " role is not in this process (--roles)");
  }
  return absl::OkStatus();
}

absl::Status CheckServer(const Options& o) {
  const Roles& roles = o.roles;
  SERIN_RETURN_IF_ERROR(
      CheckTarget("control", roles.control, roles.proxy || roles.predict, o.control_target));
  SERIN_RETURN_IF_ERROR(
      CheckTarget("dataset", roles.dataset, roles.proxy || roles.control, o.dataset_target));
  SERIN_RETURN_IF_ERROR(CheckTarget("predict", roles.predict, roles.proxy, o.predict_target));
  if (!o.job.empty() || !o.project.empty() || o.attempt != 0 || o.parent != 0) {
    return Error("--job, --project, --attempt and --parent: only with --roles=worker");
  }
  if (roles.any_backend() && !roles.all() && o.internal_listen.empty()) {
    return Error("--internal_listen: needed, as other roles are in other processes (--roles)");
  }
  if (!o.internal_listen.empty() && !absl::StrContains(o.internal_listen, ':')) {
    return Error("--internal_listen=", o.internal_listen, ": must be HOST:PORT");
  }
  return absl::OkStatus();
}

absl::Status Check(const Options& options) {
  if (options.roles.worker) return CheckWorker(options);
  if (options.data_dir.empty()) return Error("--data_dir: must name a directory");
  if (options.host.empty()) return Error("--host: must name an address");
  return CheckServer(options);
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
  if (!options.show_help && !options.show_version) SERIN_RETURN_IF_ERROR(Check(options));
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
