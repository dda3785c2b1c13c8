#ifndef SERIN_CORE_BASE_ERRORS_H_
#define SERIN_CORE_BASE_ERRORS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

// Errors that users see. Each is an absl::Status whose payloads are the google.rpc details that go
// over the wire with it, so that code far from any RPC can say what a client should know.
//
// A message names what was wrong, where, and what would be right, in that order.

namespace serin {

// INVALID_ARGUMENT because of one field of the request. `field` is the path from the request
// message, such as `spec.hyperparameters.learning_rate`; `description` reads on from it:
// "must be greater than 0, is -1". The message is "field: description".
absl::Status InvalidField(absl::string_view field, absl::string_view description);

// Puts `prefix` before the fields of the BadRequest of an InvalidField error ("spec" makes
// `target` into `spec.target`), in the message too. Returns other errors as they are.
absl::Status PrefixField(absl::string_view prefix, const absl::Status& error);

// NOT_FOUND for a resource: "datasets/iris does not exist". The reason is RESOURCE_NOT_FOUND.
absl::Status ResourceNotFound(absl::string_view resource_name);

// UNAVAILABLE; the caller may try again after `retry_delay` (google.rpc.RetryInfo).
absl::Status UnavailableRetryAfter(absl::string_view message, absl::Duration retry_delay);

// Adds to an error that the caller may try again after `retry_delay` (google.rpc.RetryInfo).
absl::Status WithRetryDelay(absl::Status error, absl::Duration retry_delay);

// Adds google.rpc.ErrorInfo with this reason (UPPER_SNAKE_CASE, stable) to an error.
absl::Status WithReason(absl::Status error, absl::string_view reason);

// The reason given to WithReason, or the empty string.
std::string ReasonOf(const absl::Status& error);

// Both directions between a status with payloads and its form on the wire. Every error gets an
// ErrorInfo on the way out; where none was given the reason is the code's name.
google::rpc::Status ToRpcStatus(const absl::Status& status);
absl::Status FromRpcStatus(const google::rpc::Status& status);

}  // namespace serin

#endif  // SERIN_CORE_BASE_ERRORS_H_
