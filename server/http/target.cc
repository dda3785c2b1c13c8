#include "server/http/target.h"

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace serin {
namespace {

absl::Status Bad(absl::string_view text, absl::string_view what) {
  return absl::InvalidArgumentError(
      absl::StrCat("'", text, "' ", what, "; an address is HOST:PORT or unix:PATH"));
}

}  // namespace

absl::StatusOr<Target> ParseTarget(absl::string_view text) {
  absl::string_view rest = text;
  if (absl::ConsumePrefix(&rest, "unix:")) {
    absl::ConsumePrefix(&rest, "//");
    if (rest.empty()) return Bad(text, "has no path");
    return Target{.path = std::string(rest)};
  }
  if (!absl::ConsumePrefix(&rest, "dns:///") && !absl::ConsumePrefix(&rest, "dns:") &&
      !absl::ConsumePrefix(&rest, "ipv4:")) {
    absl::ConsumePrefix(&rest, "ipv6:");
  }
  const size_t colon = rest.rfind(':');
  if (colon == absl::string_view::npos) return Bad(text, "has no port");
  absl::string_view host = rest.substr(0, colon);
  const absl::string_view port = rest.substr(colon + 1);
  int number = 0;
  if (!absl::SimpleAtoi(port, &number) || number < 0 || number > 65535) {
    return Bad(text, "has no port from 0 to 65535");
  }
  const bool brackets = absl::ConsumePrefix(&host, "[") && absl::ConsumeSuffix(&host, "]");
  if (!brackets && host.find_first_of("[]:") != absl::string_view::npos) {
    return Bad(text, "has an IPv6 address without brackets");
  }
  if (host.empty()) return Bad(text, "has no host");
  return Target{.host = std::string(host), .port = std::string(port)};
}

}  // namespace serin
