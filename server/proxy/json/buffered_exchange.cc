#include "server/proxy/json/buffered_exchange.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "server/proxy/json/call_head.h"

namespace serin {

BufferedExchange::~BufferedExchange() { context().bodies.Give(held_); }

void BufferedExchange::ComputeElsewhere(std::function<void()> work, std::function<void()> done) {
  computing_ = std::make_shared<const bool>(true);
  context().hooks.offload([&loop = context().loop, wanted = std::weak_ptr<const bool>(computing_),
                           work = std::move(work), done = std::move(done)] {
    if (wanted.expired()) return;
    work();
    loop.Post([wanted, done] {
      if (!wanted.expired()) done();
    });
  });
}

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
  if (!context().bodies.Take(piece.size())) return RefuseAsOneTooMany();
  held_ += piece.size();
  body_.append(piece.data(), piece.size());
}

void BufferedExchange::OnBodyEnd() {
  if (!replied()) Handle(std::move(body_));
}

void BufferedExchange::OnOver() {
  computing_.reset();
  call_.reset();
}

void BufferedExchange::RefuseAsOneTooMany() {
  body_.clear();
  Fail(TooManyBodies());
}

void BufferedExchange::RefuseAsTooLarge() {
  body_.clear();
  Fail(WithReason(absl::ResourceExhaustedError(absl::StrCat("the body may have at most ",
                                                            context().options.max_body_bytes,
                                                            " bytes; send fewer rows at a time")),
                  "BODY_TOO_LARGE"),
       413);
}

}  // namespace serin
