#ifndef SERIN_SERVER_PROXY_REQUEST_BODY_H_
#define SERIN_SERVER_PROXY_REQUEST_BODY_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "server/http/grpc_framer.h"

namespace serin {

// What a caller has sent so far: its messages are counted and held to the limit, and its bytes are
// kept as long as somebody may need them again, to choose by the first message or to send them to a
// second replica.
class RequestBody {
 public:
  // Of one message.
  explicit RequestBody(uint32_t max_message_bytes) : framer_(max_message_bytes) {}

  // A further piece; `end`: the last. Errors end the call: RESOURCE_EXHAUSTED as soon as a message
  // announces more than the limit, UNIMPLEMENTED for one that is compressed (the limit would not
  // hold what becomes of it: grpc++ decompresses a megabyte to a gigabyte), INTERNAL for what is
  // not gRPC's framing.
  absl::Status Take(absl::string_view data, bool end);

  bool ended() const { return ended_; }
  uint64_t message_bytes() const { return message_bytes_; }

  // Whether the first message has begun, and its size is known.
  bool first_begun() const { return first_begun_; }
  uint32_t first_bytes() const { return first_bytes_; }
  // As much of it as is there, without its framing. As long as it is kept.
  absl::string_view first_message() const;

  // All bytes from the start, framing included, until Forget.
  absl::string_view kept() const { return kept_; }
  bool keeps() const { return keeps_; }
  void Forget();

 private:
  void Count(const GrpcFramer::Part& part);

  GrpcFramer framer_;
  std::string kept_;
  uint64_t message_bytes_ = 0;
  uint32_t first_bytes_ = 0;
  bool keeps_ = true;
  bool ended_ = false;
  bool first_begun_ = false;
};

}  // namespace serin

#endif  // SERIN_SERVER_PROXY_REQUEST_BODY_H_
