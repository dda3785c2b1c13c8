#ifndef SERIN_SERVER_CONTROL_DURATION_H_
#define SERIN_SERVER_CONTROL_DURATION_H_

#include "absl/time/time.h"
#include "google/protobuf/duration.pb.h"

namespace serin {

// A duration from its protobuf form; its parts are not checked.
inline absl::Duration FromProto(const google::protobuf::Duration& duration) {
  return absl::Seconds(duration.seconds()) + absl::Nanoseconds(duration.nanos());
}

}  // namespace serin

#endif  // SERIN_SERVER_CONTROL_DURATION_H_
