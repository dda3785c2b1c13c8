#include "server/proxy/json/call_head.h"

#include <algorithm>
#include <array>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "core/base/utf8.h"
#include "server/http/grpc_wire.h"

namespace serin {
namespace {

constexpr absl::string_view kTimeout = "connect-timeout-ms";
constexpr size_t kMaxTimeoutDigits = 10;

constexpr std::array<absl::string_view, 9> kNotMetadataPrefixes = {
    ":", "accept", "access-control-", "connect-", "content-", "grpc-", "if-", "proxy-", "sec-"};
constexpr std::array<absl::string_view, 20> kNotMetadata = {"cache-control",
                                                            "connection",
                                                            "cookie",
                                                            "date",
                                                            "dnt",
                                                            "expect",
                                                            "host",
                                                            "keep-alive",
                                                            "origin",
                                                            "pragma",
                                                            "priority",
                                                            "range",
                                                            "referer",
                                                            "server",
                                                            "te",
                                                            "trailer",
                                                            "upgrade",
                                                            "via",
                                                            "transfer-encoding",
                                                            "user-agent"};

bool IsMetadata(absl::string_view name) {
  return std::none_of(kNotMetadataPrefixes.begin(), kNotMetadataPrefixes.end(),
                      [&](absl::string_view prefix) { return absl::StartsWith(name, prefix); }) &&
         std::find(kNotMetadata.begin(), kNotMetadata.end(), name) == kNotMetadata.end();
}

}  // namespace

absl::StatusOr<absl::Duration> CallerTimeout(const Headers& request) {
  if (!request.Has(kTimeout)) return absl::InfiniteDuration();
  const absl::string_view text = request.Get(kTimeout);
  int64_t milliseconds = 0;
  const bool digits = !text.empty() && text.size() <= kMaxTimeoutDigits &&
                      std::all_of(text.begin(), text.end(), absl::ascii_isdigit);
  if (!digits || !absl::SimpleAtoi(text, &milliseconds)) {
    return absl::InvalidArgumentError(absl::StrCat(
        kTimeout, " must be a number of milliseconds of 1 to 10 digits, is ", QuoteForError(text)));
  }
  return absl::Milliseconds(milliseconds);
}

Headers GrpcCallHead(const Headers& request, absl::string_view path,
                     const StreamAcceptor::Peer& peer, absl::Duration timeout) {
  Headers call{{":method", "POST"},
               {":scheme", peer.tls ? "https" : "http"},
               {":path", path},
               {":authority", request.Get(":authority")},
               {"content-type", kGrpcContentType},
               {"te", "trailers"}};
  if (timeout != absl::InfiniteDuration()) {
    call.Add("grpc-timeout", FormatGrpcTimeout(std::max(timeout, absl::ZeroDuration())));
  }
  if (request.Has("user-agent")) call.Add("user-agent", request.Get("user-agent"));
  AddMetadata(request, "", &call);
  return call;
}

void AddMetadata(const Headers& from, absl::string_view prefix, Headers* to) {
  for (size_t i = 0; i < from.size(); ++i) {
    const auto [name, value] = from[i];
    if (IsMetadata(name)) to->Add(absl::StrCat(prefix, name), value);
  }
}

Headers UnaryMetadata(const Headers& call_head, const Headers& call_trailers) {
  Headers metadata;
  AddMetadata(call_head, "", &metadata);
  AddMetadata(call_trailers, call_head.empty() ? "" : "trailer-", &metadata);
  return metadata;
}

}  // namespace serin
