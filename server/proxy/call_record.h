#ifndef SERIN_SERVER_PROXY_CALL_RECORD_H_
#define SERIN_SERVER_PROXY_CALL_RECORD_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace serin {

// What there is to say of a call that has ended. Views into the call.
struct CallRecord {
  absl::string_view request_id;
  absl::string_view method;  // The path, as the caller sent it.
  absl::string_view project;
  absl::string_view peer;
  absl::string_view model;  // Of a prediction whose version was chosen.
  int32_t version = 0;
  absl::Status status;
  absl::string_view upstream_error;  // What the caller was not told, since it names addresses.
  absl::Duration duration;
  uint64_t bytes_in = 0;   // Of messages, from the caller.
  uint64_t bytes_out = 0;  // To the caller.
  int attempts = 0;        // Streams opened to upstreams.
};

}  // namespace serin

#endif  // SERIN_SERVER_PROXY_CALL_RECORD_H_
