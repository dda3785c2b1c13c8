#include "server/proxy/request_body.h"

#include "core/base/status_macros.h"

namespace serin {
namespace {

absl::Status Compressed() {
  return absl::UnimplementedError(
      "the message is compressed, which is not supported; send messages as they are "
      "(grpc-encoding: identity)");
}

}  // namespace

absl::Status RequestBody::Take(absl::string_view data, bool end) {
  ended_ = end;
  if (keeps_) kept_.append(data.data(), data.size());
  GrpcFramer::Part part;
  while (true) {
    SERIN_ASSIGN_OR_RETURN(const bool found, framer_.Next(&data, &part));
    if (!found) break;
    if (part.compressed) return Compressed();
    Count(part);
  }
  return end ? framer_.Finish() : absl::OkStatus();
}

void RequestBody::Count(const GrpcFramer::Part& part) {
  message_bytes_ += part.bytes.size();
  if (first_begun_) return;
  first_begun_ = true;
  first_bytes_ = part.message_bytes;
}

absl::string_view RequestBody::first_message() const {
  return absl::string_view(kept_).substr(kGrpcPrefixBytes, first_bytes_);
}

void RequestBody::Forget() {
  keeps_ = false;
  kept_ = {};
}

}  // namespace serin
