#ifndef SERIN_SERVER_CONTROL_PARSE_ATTEMPT_H_
#define SERIN_SERVER_CONTROL_PARSE_ATTEMPT_H_

#include "absl/status/statusor.h"
#include "serin/internal/v1/worker_service.pb.h"
#include "server/control/job_id.h"

namespace serin {

// The attempt that a worker's message names. Errors are InvalidField on `attempt`.
absl::StatusOr<WorkerAttempt> ParseAttempt(const internal::v1::Attempt& attempt);

}  // namespace serin

#endif  // SERIN_SERVER_CONTROL_PARSE_ATTEMPT_H_
