#ifndef SERIN_SERVER_PROXY_JSON_REFUSAL_H_
#define SERIN_SERVER_PROXY_JSON_REFUSAL_H_

#include <string>
#include <utility>

#include "server/proxy/json/exchange.h"

namespace serin {

// Answers at once, whatever the body.
class Refusal final : public Exchange {
 public:
  Refusal(const FrontContext& context, FrontRequest request, HttpReply reply)
      : Exchange(context, std::move(request), ErrorForm::kConnect), reply_(std::move(reply)) {}

 private:
  void OnBegin() override { Reply(reply_); }
  void OnBody(absl::string_view) override {}
  void OnBodyEnd() override {}
  void OnOver() override {}

  const HttpReply reply_;
};

}  // namespace serin

#endif  // SERIN_SERVER_PROXY_JSON_REFUSAL_H_
