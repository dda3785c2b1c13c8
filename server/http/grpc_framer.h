#ifndef SERIN_SERVER_HTTP_GRPC_FRAMER_H_
#define SERIN_SERVER_HTTP_GRPC_FRAMER_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

// How messages stand in the body of a gRPC stream: a byte that says whether the message is
// compressed, its size in 4 bytes (big endian), and then the message (gRPC's PROTOCOL-HTTP2.md,
// Length-Prefixed-Message).

namespace serin {

inline constexpr size_t kGrpcPrefixBytes = 5;

// What stands before a message of that size, which must be below 4 GiB.
std::array<char, kGrpcPrefixBytes> GrpcPrefix(size_t message_bytes, bool compressed);

// Appends the prefix and the message.
void AppendGrpcMessage(absl::string_view message, std::string* body);

// Finds the messages in a body that comes in pieces of any size. Holds nothing of it but a prefix
// that was cut.
//
//   while (true) {
//     SERIN_ASSIGN_OR_RETURN(const bool found, framer.Next(&data, &part));
//     if (!found) break;       // `data` is empty now: wait for more, or Finish().
//     ...
//   }
class GrpcFramer {
 public:
  // Part of one message. One that comes whole is one part that both begins and ends it.
  struct Part {
    bool begins = false;
    bool ends = false;
    bool compressed = false;
    uint32_t message_bytes = 0;  // Of the whole message.
    absl::string_view bytes;     // Into what was fed; empty only for an empty message.
  };

  explicit GrpcFramer(uint32_t max_message_bytes) : max_message_bytes_(max_message_bytes) {}

  // Takes the next part off the front of `data`; false when `data` has been taken whole and holds
  // no further part.
  //
  // Errors, after which the framer is of no more use: INTERNAL where the first byte of a prefix is
  // neither 0 nor 1; RESOURCE_EXHAUSTED as soon as a message announces more than the limit.
  absl::StatusOr<bool> Next(absl::string_view* data, Part* part);

  // To be asked when the body has ended: INTERNAL if that was within a message.
  absl::Status Finish() const;

  // Messages that have begun.
  uint64_t messages() const { return messages_; }

 private:
  bool TakePrefix(absl::string_view* data);
  absl::Status CheckPrefix();

  const uint32_t max_message_bytes_;
  std::array<char, kGrpcPrefixBytes> prefix_;
  size_t prefix_size_ = 0;  // How much of prefix_ is there; all of it within a message.
  bool begun_ = false;      // A part of the current message has been given out.
  bool compressed_ = false;
  uint32_t message_bytes_ = 0;
  uint32_t remaining_ = 0;  // Of the current message.
  uint64_t messages_ = 0;
};

}  // namespace serin

#endif  // SERIN_SERVER_HTTP_GRPC_FRAMER_H_
