#ifndef SERIN_SERVER_PROXY_JSON_JSON_FRONT_H_
#define SERIN_SERVER_PROXY_JSON_JSON_FRONT_H_

#include <cstddef>
#include <memory>

#include "server/http/acceptor.h"
#include "server/http/event_loop.h"
#include "server/proxy/json/front_hooks.h"
#include "server/proxy/json/front_options.h"
#include "server/proxy/json/held_bytes.h"
#include "server/proxy/json/method_index.h"

namespace serin {

class ExchangeSet;

// Answers every request that is not gRPC, over HTTP/1.1 and HTTP/2 alike: the Connect protocol,
// TensorFlow Serving's REST API, the Open Inference Protocol's, files that are put into datasets,
// and CORS preflights. docs/http.md says what each path takes and gives.
//
// It makes gRPC calls through `grpc`, by handing it one end of a StreamPipe with the head that a
// gRPC client would have sent. So routing, limits, deadlines, metrics and request ids are those of
// gRPC calls, and nothing here knows of upstreams.
//
// Belongs to one event loop, as the streams do that it is given. Whoever destroys it ends what
// runs.
class JsonFront final : public StreamAcceptor {
 public:
  // `loop`, `grpc` and `methods` outlive it; `methods` may be shared between loops.
  JsonFront(EventLoop* loop, StreamAcceptor* grpc, const MethodIndex* methods, FrontOptions options,
            FrontHooks hooks);
  ~JsonFront() override;

  void OnRequest(std::unique_ptr<HttpStream> stream, Headers head, bool end,
                 const Peer& peer) override;

  // Requests under way.
  size_t open() const;

 private:
  EventLoop& loop_;
  StreamAcceptor& grpc_;
  const MethodIndex& methods_;
  const FrontOptions options_;
  const FrontHooks hooks_;
  HeldBytes bodies_;
  const std::shared_ptr<ExchangeSet> exchanges_;
};

}  // namespace serin

#endif  // SERIN_SERVER_PROXY_JSON_JSON_FRONT_H_
