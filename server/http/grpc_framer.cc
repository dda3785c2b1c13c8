#include "server/http/grpc_framer.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"

namespace serin {

std::array<char, kGrpcPrefixBytes> GrpcPrefix(size_t message_bytes, bool compressed) {
  const auto byte = [&](int shift) { return static_cast<char>(message_bytes >> shift); };
  return {static_cast<char>(compressed), byte(24), byte(16), byte(8), byte(0)};
}

void AppendGrpcMessage(absl::string_view message, std::string* body) {
  const auto prefix = GrpcPrefix(message.size(), false);
  body->append(prefix.data(), prefix.size());
  body->append(message.data(), message.size());
}

absl::StatusOr<bool> GrpcFramer::Next(absl::string_view* data, Part* part) {
  if (prefix_size_ < kGrpcPrefixBytes) {
    if (!TakePrefix(data)) return false;
    SERIN_RETURN_IF_ERROR(CheckPrefix());
  }
  if (data->empty() && remaining_ > 0) return false;
  const size_t size = std::min<size_t>(remaining_, data->size());
  remaining_ -= static_cast<uint32_t>(size);
  *part = {.begins = !begun_,
           .ends = remaining_ == 0,
           .compressed = compressed_,
           .message_bytes = message_bytes_,
           .bytes = data->substr(0, size)};
  data->remove_prefix(size);
  begun_ = !part->ends;
  if (part->ends) prefix_size_ = 0;
  return true;
}

absl::Status GrpcFramer::Finish() const {
  if (prefix_size_ == 0) return absl::OkStatus();
  if (prefix_size_ < kGrpcPrefixBytes) {
    return absl::InternalError("the gRPC stream ended within a message's prefix");
  }
  return absl::InternalError(absl::StrCat("the gRPC stream ended within a message, ", remaining_,
                                          " of ", message_bytes_, " bytes short"));
}

bool GrpcFramer::TakePrefix(absl::string_view* data) {
  const size_t size = std::min(kGrpcPrefixBytes - prefix_size_, data->size());
  std::copy_n(data->data(), size, prefix_.data() + prefix_size_);
  prefix_size_ += size;
  data->remove_prefix(size);
  return prefix_size_ == kGrpcPrefixBytes;
}

absl::Status GrpcFramer::CheckPrefix() {
  const auto byte = [&](size_t i) { return uint32_t{static_cast<unsigned char>(prefix_[i])}; };
  if (byte(0) > 1) {
    return absl::InternalError(
        absl::StrCat("the gRPC stream is corrupt: a message begins with the byte ", byte(0),
                     ", must be 0 or 1"));
  }
  compressed_ = byte(0) == 1;
  message_bytes_ = byte(1) << 24 | byte(2) << 16 | byte(3) << 8 | byte(4);
  if (message_bytes_ > max_message_bytes_) {
    return absl::ResourceExhaustedError(absl::StrCat("the message has ", message_bytes_,
                                                     " bytes, more than the ", max_message_bytes_,
                                                     " that one may have; send several"));
  }
  remaining_ = message_bytes_;
  ++messages_;
  return absl::OkStatus();
}

}  // namespace serin
