#include "server/control/parse_attempt.h"

#include <string>
#include <utility>

#include "core/base/resource_name.h"
#include "core/base/status_macros.h"

namespace serin {

absl::StatusOr<WorkerAttempt> ParseAttempt(const internal::v1::Attempt& attempt) {
  SERIN_RETURN_IF_ERROR(ValidateName("attempt.project", attempt.project()));
  SERIN_ASSIGN_OR_RETURN(std::string job, ParseJobName("attempt.job", attempt.job()));
  return WorkerAttempt{attempt.project(), std::move(job), attempt.number()};
}

}  // namespace serin
