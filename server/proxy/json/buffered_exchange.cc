#include "server/proxy/json/buffered_exchange.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "server/proxy/json/call_head.h"

namespace serin {

void BufferedExchange::Call(absl::string_view path, absl::string_view message,
                            UnaryCall::Done done) {
  call_ = std::make_unique<UnaryCall>(&context().loop, &context().grpc, CallHead(path), peer(),
                                      context().options.max_message_bytes, message,
                                      [this, done = std::move(done)](UnaryCall::Result result) {
                                        set_metadata(UnaryMetadata(result.head, result.trailers));
                                        done(std::move(result));
                                      });
}

// What announces too much is refused before it is sent.
void BufferedExchange::OnBegin() {
  uint64_t announced = 0;
  if (absl::SimpleAtoi(head().Get("content-length"), &announced) &&
      announced > context().options.max_body_bytes) {
    RefuseAsTooLarge();
  }
}

void BufferedExchange::OnBody(absl::string_view piece) {
  Consume(piece.size());
  if (replied()) return;
  if (piece.size() > context().options.max_body_bytes - body_.size()) return RefuseAsTooLarge();
  body_.append(piece.data(), piece.size());
}

void BufferedExchange::OnBodyEnd() {
  if (!replied()) Handle(std::move(body_));
}

void BufferedExchange::OnOver() { call_.reset(); }

void BufferedExchange::RefuseAsTooLarge() {
  body_.clear();
  Fail(WithReason(absl::ResourceExhaustedError(absl::StrCat("the body may have at most ",
                                                            context().options.max_body_bytes,
                                                            " bytes; send fewer rows at a time")),
                  "BODY_TOO_LARGE"),
       413);
}

}  // namespace serin
