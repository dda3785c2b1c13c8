#include "server/predict/hosted_version.h"

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/resource_name.h"

namespace serin {

absl::Status WhyNotReady(const HostedVersion& version) {
  constexpr absl::Duration kRetryDelay = absl::Milliseconds(100);
  const std::string name = ModelVersionName(version.wanted.name.model, version.wanted.name.version);
  const absl::string_view reason = version.error.message();
  if (version.state == LoadState::kRefused) {
    return absl::FailedPreconditionError(absl::StrCat(name, " cannot be served: ", reason));
  }
  const char* const how =
      version.state == LoadState::kLoading ? " is loading" : " is not in memory";
  return UnavailableRetryAfter(absl::StrCat(name, how, reason.empty() ? "" : ": ", reason),
                               kRetryDelay);
}

}  // namespace serin
