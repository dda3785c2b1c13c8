#include "server/options/check.h"

#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "core/base/status_macros.h"

namespace serin {
namespace {

template <typename... Pieces>
absl::Status Error(const Pieces&... pieces) {
  return absl::InvalidArgumentError(absl::StrCat(pieces...));
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
  // Predictors are several, the others one each.
  if (role != "predict" && absl::StrContains(target, ',')) {
    return Error("--", role, "=", target, ": must be one target");
  }
  if (!here && needed && target.empty()) {
    return Error("--", role, ": needed, as the ", role, " role is not in this process (--roles)");
  }
  return absl::OkStatus();
}

// The form of a browser's Origin header: no path, not even a slash.
bool IsOrigin(absl::string_view text) {
  if (!absl::ConsumePrefix(&text, "https://") && !absl::ConsumePrefix(&text, "http://")) {
    return false;
  }
  return !text.empty() && text.find_first_of("/*?# ") == text.npos;
}

absl::Status CheckCors(const Options& o) {
  for (const std::string& origin : o.cors_origins) {
    if (origin == "*" && o.cors_origins.size() == 1) continue;
    if (!IsOrigin(origin)) {
      return Error("--cors_origins: '", origin,
                   "' is no origin such as https://app.example, nor is it * alone");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckProxy(const Options& o) {
  if (o.tls_cert.empty() != o.tls_key.empty()) {
    return Error(o.tls_cert.empty() ? "--tls_cert" : "--tls_key",
                 ": needed, as certificate and key go together");
  }
  if (o.rate_burst > 0 && o.rate_limit == 0) {
    return Error("--rate_burst: only with --rate_limit");
  }
  return CheckCors(o);
}

// Whether others cannot call this host, as it stands for all addresses of the machine.
bool IsWildcard(absl::string_view host) {
  return host == "0.0.0.0" || host == "[::]" || host == "::" || host.empty();
}

absl::Status CheckInternal(const Options& o) {
  if (o.internal_listen.empty()) {
    if (o.advertise_host.empty()) return absl::OkStatus();
    return Error("--advertise_host: only with --internal_listen");
  }
  const size_t colon = o.internal_listen.rfind(':');
  if (colon == std::string::npos) {
    return Error("--internal_listen=", o.internal_listen, ": must be HOST:PORT");
  }
  if (o.roles.predict && o.advertise_host.empty() &&
      IsWildcard(absl::string_view(o.internal_listen).substr(0, colon))) {
    return Error("--advertise_host: needed, as proxies cannot reach a predictor under ",
                 o.internal_listen);
  }
  return absl::OkStatus();
}

absl::Status CheckServer(const Options& o) {
  const Roles& roles = o.roles;
  SERIN_RETURN_IF_ERROR(
      CheckTarget("control", roles.control, roles.proxy || roles.predict, o.control_target));
  SERIN_RETURN_IF_ERROR(CheckTarget(
      "dataset", roles.dataset, roles.proxy || roles.control || roles.predict, o.dataset_target));
  // Never needed: control tells proxies which predictors there are.
  SERIN_RETURN_IF_ERROR(CheckTarget("predict", roles.predict, /*needed=*/false,
                                    absl::StrJoin(o.predict_targets, ",")));
  SERIN_RETURN_IF_ERROR(CheckProxy(o));
  if (!o.job.empty() || !o.project.empty() || o.attempt != 0 || o.parent != 0) {
    return Error("--job, --project, --attempt and --parent: only with --roles=worker");
  }
  if (roles.any_backend() && !roles.all() && o.internal_listen.empty()) {
    return Error("--internal_listen: needed, as other roles are in other processes (--roles)");
  }
  return CheckInternal(o);
}

}  // namespace

absl::Status CheckOptions(const Options& options) {
  if (options.roles.worker) return CheckWorker(options);
  if (options.data_dir.empty()) return Error("--data_dir: must name a directory");
  if (options.host.empty()) return Error("--host: must name an address");
  return CheckServer(options);
}

}  // namespace serin
