#ifndef SERIN_ERROR_DETAILS_H_
#define SERIN_ERROR_DETAILS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace serin {

// What is known about an error of the client beyond its code and message. All of it is optional.
struct ErrorDetails {
  // One field of the request that the server did not accept.
  struct FieldViolation {
    // Path from the request message, such as spec.hyperparameters.learning_rate.
    std::string field;
    // Reads on from the field: "must be greater than 0, is -1".
    std::string description;
  };

  // Stable, UPPER_SNAKE_CASE, for programs to switch on; such as RESOURCE_NOT_FOUND.
  std::string reason;
  std::vector<FieldViolation> violations;
  // Trying again makes sense after this long.
  std::optional<absl::Duration> retry_delay;
  // Finds the call in the server's log. Empty if the server was not reached.
  std::string request_id;
};

// The details of an error that a Client returned. Empty for OK and for errors from elsewhere.
ErrorDetails DetailsOf(const absl::Status& error);

}  // namespace serin

#endif  // SERIN_ERROR_DETAILS_H_
