#include "core/ingest/ingest_error.h"

#include "core/base/errors.h"

namespace serin {

absl::Status MalformedFile(absl::string_view problem) {
  return WithReason(absl::InvalidArgumentError(problem), "MALFORMED_FILE");
}

absl::Status FileOverLimit(absl::string_view problem) {
  return WithReason(absl::ResourceExhaustedError(problem), "FILE_OVER_LIMIT");
}

}  // namespace serin
