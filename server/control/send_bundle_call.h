#ifndef SERIN_SERVER_CONTROL_SEND_BUNDLE_CALL_H_
#define SERIN_SERVER_CONTROL_SEND_BUNDLE_CALL_H_

#include <grpcpp/support/server_callback.h>

#include <cstdint>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "core/storage/store.h"
#include "server/control/bundle_store.h"
#include "server/rpc/status.h"

namespace serin {

// Writes a bundle chunk by chunk and holds one at a time. NOT_FOUND where there is none with this
// SHA-256; one that is deleted meanwhile ends early, which the reader sees by its bytes. Owns
// itself.
template <typename Response>
class SendBundleCall final : public grpc::ServerWriteReactor<Response> {
 public:
  // `store` must outlive the call.
  SendBundleCall(const StoreReader* store, std::string project, std::string sha256)
      : store_(store), project_(std::move(project)), sha256_(std::move(sha256)) {
    WriteNext();
  }

  void OnWriteDone(bool ok) override {
    if (!ok) {
      return this->Finish(grpc::Status(grpc::StatusCode::CANCELLED, "the reader has left"));
    }
    WriteNext();
  }

  void OnDone() override { delete this; }

 private:
  void WriteNext() {
    absl::StatusOr<std::string> chunk = ReadBundleChunk(*store_, project_, sha256_, next_chunk_);
    if (chunk.ok()) {
      ++next_chunk_;
      response_.set_chunk(*std::move(chunk));
      this->StartWrite(&response_);
    } else if (absl::IsNotFound(chunk.status())) {
      this->Finish(ToGrpc(AtEnd()));
    } else {
      this->Finish(ToGrpc(chunk.status()));
    }
  }

  absl::Status AtEnd() const {
    if (next_chunk_ > 0) return absl::OkStatus();
    return absl::NotFoundError(absl::StrCat("there is no bundle with SHA-256 ", sha256_));
  }

  const StoreReader* const store_;
  const std::string project_;
  const std::string sha256_;
  int32_t next_chunk_ = 0;
  Response response_;
};

}  // namespace serin

#endif  // SERIN_SERVER_CONTROL_SEND_BUNDLE_CALL_H_
