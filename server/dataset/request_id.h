#ifndef SERIN_SERVER_DATASET_REQUEST_ID_H_
#define SERIN_SERVER_DATASET_REQUEST_ID_H_

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "core/base/errors.h"

namespace serin {

// Checks the request_id of a call that makes something. The error is InvalidField(field, ...).
inline absl::Status ValidateRequestId(absl::string_view field, absl::string_view request_id) {
  constexpr size_t kMaxLength = 64;
  if (request_id.size() <= kMaxLength) return absl::OkStatus();
  return InvalidField(
      field, absl::StrCat("must have at most ", kMaxLength, " bytes, has ", request_id.size()));
}

}  // namespace serin

#endif  // SERIN_SERVER_DATASET_REQUEST_ID_H_
