#ifndef SERIN_SERVER_PREDICT_CHECK_TIME_H_
#define SERIN_SERVER_PREDICT_CHECK_TIME_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "core/base/errors.h"
#include "google/protobuf/timestamp.pb.h"

namespace serin {

// InvalidField(field, ...) for a time that protobuf does not allow.
inline absl::Status CheckTime(absl::string_view field, const google::protobuf::Timestamp& time) {
  constexpr int64_t kYear1 = -62'135'596'800;
  constexpr int64_t kYear10000 = 253'402'300'800;
  if (time.seconds() >= kYear1 && time.seconds() < kYear10000 && time.nanos() >= 0 &&
      time.nanos() < 1'000'000'000) {
    return absl::OkStatus();
  }
  return InvalidField(field, "must be of the years 1 to 9999, with nanos of 0 to 999,999,999");
}

}  // namespace serin

#endif  // SERIN_SERVER_PREDICT_CHECK_TIME_H_
