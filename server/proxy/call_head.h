#ifndef SERIN_SERVER_PROXY_CALL_HEAD_H_
#define SERIN_SERVER_PROXY_CALL_HEAD_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/http/headers.h"

// What the proxy reads in the head of a gRPC call, and the heads and trailers that it passes on:
// all fields but those that belong to one connection and those that the proxy itself says
// (serin-version, serin-request-id, serin-caller).

namespace serin {

// The fields of a request that the proxy acts on; empty where the caller sent none. Views into the
// head they were read from.
struct CallHead {
  absl::string_view path;
  absl::string_view project;         // serin-project
  absl::string_view model;           // serin-model
  absl::string_view pinned_version;  // serin-version
  absl::string_view key;             // serin-key
  absl::string_view request_id;      // serin-request-id, if it is one to keep (below).
  absl::string_view traceparent;     // If it is a valid one.
  absl::string_view encoding;        // grpc-encoding
  absl::string_view timeout;         // grpc-timeout
  absl::string_view bad_binary;      // The name of a field whose value has to be base64 and is not.
};

// A request id is kept if it is 1 to 64 printable ASCII characters without spaces.
CallHead ReadCallHead(const Headers& head);

// What the proxy adds to a request.
struct AddedFields {
  absl::string_view authority;
  absl::string_view request_id;
  absl::string_view traceparent;
  absl::string_view model;                              // serin-model; empty: the caller's.
  absl::string_view caller;                             // serin-caller; empty: none.
  int32_t version = 0;                                  // serin-version; 0: none.
  absl::Duration time_left = absl::InfiniteDuration();  // grpc-timeout.
};

// The head of the request to an upstream.
Headers UpstreamHead(const Headers& from_caller, absl::string_view path, const AddedFields& added);

// The head of the response to the caller.
Headers ResponseHead(const Headers& from_upstream, absl::string_view request_id);

// The same for a response that is the proxy's own, or of which the upstream sent only the end.
Headers OwnResponseHead(absl::string_view request_id);

// The metadata of trailers (or of a head that had nothing after it), without grpc's own fields.
Headers TrailingMetadata(const Headers& from_upstream);

// Whether `value` is a traceparent of W3C's Trace Context, version 00, with ids that are not zero.
bool IsTraceparent(absl::string_view value);

// A traceparent of a trace that begins here, not sampled, from 192 random bits.
std::string MakeTraceparent(uint64_t high, uint64_t low, uint64_t parent);

}  // namespace serin

#endif  // SERIN_SERVER_PROXY_CALL_HEAD_H_
