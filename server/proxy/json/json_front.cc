#include "server/proxy/json/json_front.h"

#include <utility>

#include "server/proxy/json/dispatch.h"
#include "server/proxy/json/exchange_set.h"
#include "server/proxy/json/refusal.h"

namespace serin {

JsonFront::JsonFront(EventLoop* loop, StreamAcceptor* grpc, const MethodIndex* methods,
                     FrontOptions options, FrontHooks hooks)
    : loop_(*loop),
      grpc_(*grpc),
      methods_(*methods),
      options_(std::move(options)),
      hooks_(std::move(hooks)),
      bodies_(options_.max_held_bytes),
      exchanges_(std::make_shared<ExchangeSet>(loop)) {}

JsonFront::~JsonFront() = default;

void JsonFront::OnRequest(std::unique_ptr<HttpStream> stream, Headers head, bool end,
                          const Peer& peer) {
  const FrontContext context = {loop_, grpc_, methods_, options_, hooks_, bodies_};
  absl::StatusOr<RequestTarget> target = ParseRequestTarget(head.Get(":path"));
  FrontRequest request = {std::move(stream), std::move(head), end, peer, {}};
  if (!target.ok()) {
    return exchanges_->Begin(std::make_unique<Refusal>(
        context, std::move(request), ErrorReply(ErrorForm::kConnect, target.status())));
  }
  request.target = *std::move(target);
  exchanges_->Begin(Dispatch(context, std::move(request)));
}

size_t JsonFront::open() const { return exchanges_->size(); }

}  // namespace serin
