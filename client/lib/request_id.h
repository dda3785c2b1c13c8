#ifndef SERIN_CLIENT_LIB_REQUEST_ID_H_
#define SERIN_CLIENT_LIB_REQUEST_ID_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace serin {

// Keeps the id of a request with the error that it ended in, for DetailsOf.
void SetRequestId(absl::Status& error, absl::string_view id);

}  // namespace serin

#endif  // SERIN_CLIENT_LIB_REQUEST_ID_H_
