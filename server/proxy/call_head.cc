#include "server/proxy/call_head.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "server/http/grpc_wire.h"
#include "server/proxy/binary_metadata.h"
#include "server/rpc/caller_key.h"
#include "server/rpc/metadata_keys.h"

namespace serin {
namespace {

constexpr size_t kMaxRequestIdLength = 64;
constexpr size_t kTraceparentLength = 55;

bool IsSaneRequestId(absl::string_view id) {
  return !id.empty() && id.size() <= kMaxRequestIdLength &&
         std::all_of(id.begin(), id.end(), absl::ascii_isgraph);
}

// Which fields go no further than this connection: HTTP's own, and those that the proxy writes
// anew. Asked for every field of every call, so by length first.
bool StopsHere(absl::string_view name) {
  if (name.empty() || name[0] == ':') return true;
  switch (name.size()) {
    case 2:
      return name == "te";
    case 4:
      return name == "host";
    case 7:
      return name == "upgrade" || name == "trailer";
    case 10:
      return name == "connection" || name == "keep-alive" || name == "user-agent";
    case 11:
      return name == "traceparent";
    case 12:
      return name == "content-type" || name == "grpc-timeout" || name == kCallerKey;
    case 13:
      return name == kVersionKey;
    case 14:
      return name == "content-length";
    case 16:
      return name == kRequestIdKey || name == "proxy-connection";
    case 17:
      return name == "transfer-encoding";
    default:
      return false;
  }
}

bool IsStatusField(absl::string_view name) {
  return name == "grpc-status" || name == "grpc-message" || name == "grpc-status-details-bin";
}

void AddPassedOn(const Headers& from, Headers* to) {
  for (size_t i = 0; i < from.size(); ++i) {
    const Headers::Field field = from[i];
    if (StopsHere(field.name)) continue;
    to->Add(field.name, IsBinary(field.name) ? WithoutPadding(field.value) : field.value);
  }
}

bool IsLowerHex(absl::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return absl::ascii_isdigit(c) || (c >= 'a' && c <= 'f'); });
}

// 16 digits.
void WriteHex(uint64_t value, char* to) {
  constexpr char kDigits[] = "0123456789abcdef";
  for (int i = 15; i >= 0; --i, value >>= 4) to[i] = kDigits[value & 15];
}

bool IsZero(absl::string_view text) { return text.find_first_not_of('0') == text.npos; }

}  // namespace

CallHead ReadCallHead(const Headers& head) {
  CallHead read;
  for (size_t i = 0; i < head.size(); ++i) {
    const auto [name, value] = head[i];
    if (IsBinary(name) && !IsBase64(WithoutPadding(value))) read.bad_binary = name;
    if (name == ":path") {
      read.path = value;
    } else if (name == "grpc-timeout") {
      read.timeout = value;
    } else if (name == "grpc-encoding") {
      read.encoding = value;
    } else if (name == "traceparent") {
      if (IsTraceparent(value)) read.traceparent = value;
    } else if (!absl::StartsWith(name, "serin-")) {
      continue;
    } else if (name == kProjectKey) {
      read.project = value;
    } else if (name == kModelKey) {
      read.model = value;
    } else if (name == kVersionKey) {
      read.pinned_version = value;
    } else if (name == kStickyKey) {
      read.key = value;
    } else if (name == kRequestIdKey) {
      if (IsSaneRequestId(value)) read.request_id = value;
    }
  }
  return read;
}

Headers UpstreamHead(const Headers& from_caller, absl::string_view path, const AddedFields& added) {
  const absl::string_view content_type = from_caller.Get("content-type");
  Headers head = {{":method", "POST"}, {":scheme", "http"},
                  {":path", path},     {":authority", added.authority},
                  {"te", "trailers"},  {"content-type", content_type}};
  if (added.time_left != absl::InfiniteDuration()) {
    head.Add("grpc-timeout", FormatGrpcTimeout(added.time_left));
  }
  AddPassedOn(from_caller, &head);
  head.Add("traceparent", added.traceparent);
  head.Add(kRequestIdKey, added.request_id);
  if (!added.model.empty()) head.Add(kModelKey, added.model);
  if (!added.caller.empty()) head.Add(kCallerKey, added.caller);
  if (added.version != 0) head.Add(kVersionKey, absl::AlphaNum(added.version).Piece());
  return head;
}

Headers ResponseHead(const Headers& from_upstream, absl::string_view request_id) {
  Headers head;
  head.Add(":status", "200");
  head.Add("content-type", from_upstream.Get("content-type"));
  AddPassedOn(from_upstream, &head);
  head.Add(kRequestIdKey, request_id);
  return head;
}

Headers OwnResponseHead(absl::string_view request_id) {
  Headers head = GrpcResponseHead();
  head.Add(kRequestIdKey, request_id);
  return head;
}

Headers TrailingMetadata(const Headers& from_upstream) {
  Headers trailers;
  for (size_t i = 0; i < from_upstream.size(); ++i) {
    const Headers::Field field = from_upstream[i];
    if (!StopsHere(field.name) && !IsStatusField(field.name)) trailers.Add(field.name, field.value);
  }
  return trailers;
}

// version "-" trace-id "-" parent-id "-" flags: https://www.w3.org/TR/trace-context/
bool IsTraceparent(absl::string_view value) {
  if (value.size() != kTraceparentLength || !absl::StartsWith(value, "00-") || value[35] != '-' ||
      value[52] != '-') {
    return false;
  }
  const absl::string_view trace = value.substr(3, 32);
  const absl::string_view parent = value.substr(36, 16);
  return IsLowerHex(trace) && IsLowerHex(parent) && IsLowerHex(value.substr(53)) &&
         !IsZero(trace) && !IsZero(parent);
}

std::string MakeTraceparent(uint64_t high, uint64_t low, uint64_t parent) {
  std::string text = "00-................................-................-00";
  WriteHex(high, &text[3]);
  WriteHex(low, &text[19]);
  WriteHex(parent | 1, &text[36]);
  return text;
}

}  // namespace serin
