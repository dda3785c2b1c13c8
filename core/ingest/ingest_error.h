#ifndef SERIN_CORE_INGEST_INGEST_ERROR_H_
#define SERIN_CORE_INGEST_INGEST_ERROR_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace serin {

// INVALID_ARGUMENT, reason MALFORMED_FILE. Says what is wrong, and where.
absl::Status MalformedFile(absl::string_view problem);

// RESOURCE_EXHAUSTED, reason FILE_OVER_LIMIT.
absl::Status FileOverLimit(absl::string_view problem);

}  // namespace serin

#endif  // SERIN_CORE_INGEST_INGEST_ERROR_H_
