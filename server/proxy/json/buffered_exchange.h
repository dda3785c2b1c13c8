#ifndef SERIN_SERVER_PROXY_JSON_BUFFERED_EXCHANGE_H_
#define SERIN_SERVER_PROXY_JSON_BUFFERED_EXCHANGE_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "server/proxy/json/exchange.h"
#include "server/proxy/json/unary_call.h"

namespace serin {

// An exchange that looks at its request once all of it is there, and makes unary calls one after
// the other until it can answer. Bodies above the limit are answered 413, and 429 when too many are
// held at a time.
class BufferedExchange : public Exchange {
 public:
  using Exchange::Exchange;
  ~BufferedExchange() override;

 protected:
  // The whole body. To be answered, now or later.
  virtual void Handle(std::string body) = 0;

  // `done` gets what `work` returns: at once, or, where `bytes` of input are so many that `work`
  // takes long, later and unless the exchange is over by then. `work` runs on another thread then,
  // and may use nothing but what it owns.
  template <typename Work, typename Done>
  void Compute(size_t bytes, Work work, Done done) {
    if (bytes < context().options.offload_bytes) return done(work());
    const auto result = std::make_shared<std::optional<std::invoke_result_t<Work&>>>();
    ComputeElsewhere([result, work = std::move(work)]() mutable { result->emplace(work()); },
                     [result, done = std::move(done)]() mutable { done(std::move(**result)); });
  }

  // Calls a method with a serialised message. One call runs at a time.
  void Call(absl::string_view path, absl::string_view message, UnaryCall::Done done);

  // The same for messages: `done` gets the response if there is one; an error is answered.
  template <typename Response, typename Request, typename Callback>
  void CallFor(absl::string_view path, const Request& request, Callback done) {
    Call(path, request.SerializeAsString(), [this, done](UnaryCall::Result result) {
      if (!result.status.ok()) return Fail(Explain(result.status));
      Response response;
      if (!response.ParseFromString(result.message)) {
        return Fail(absl::InternalError("the server's answer does not parse"));
      }
      done(std::move(response));
    });
  }

  // What an error of a call is to the caller; may put it into words of the form.
  virtual absl::Status Explain(const absl::Status& error) const { return error; }

 private:
  void OnBegin() override;
  void OnBody(absl::string_view piece) final;
  void OnBodyEnd() final;
  void OnOver() final;
  void ComputeElsewhere(std::function<void()> work, std::function<void()> done);
  void RefuseAsTooLarge();
  void RefuseAsOneTooMany();

  std::string body_;
  size_t held_ = 0;                        // Of the body, also when that is somewhere else already.
  std::shared_ptr<const bool> computing_;  // While somebody may want what is computed.
  std::unique_ptr<UnaryCall> call_;
};

}  // namespace serin

#endif  // SERIN_SERVER_PROXY_JSON_BUFFERED_EXCHANGE_H_
