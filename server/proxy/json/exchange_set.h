#ifndef SERIN_SERVER_PROXY_JSON_EXCHANGE_SET_H_
#define SERIN_SERVER_PROXY_JSON_EXCHANGE_SET_H_

#include <memory>

#include "absl/container/flat_hash_map.h"
#include "server/http/event_loop.h"
#include "server/proxy/json/exchange.h"

namespace serin {

// Owns exchanges until they are over. An exchange that is over is destroyed from the loop, by which
// time the set itself may be gone.
class ExchangeSet final : public std::enable_shared_from_this<ExchangeSet> {
 public:
  explicit ExchangeSet(EventLoop* loop) : loop_(*loop) {}

  void Begin(std::unique_ptr<Exchange> exchange);
  size_t size() const { return exchanges_.size(); }

 private:
  EventLoop& loop_;
  absl::flat_hash_map<Exchange*, std::unique_ptr<Exchange>> exchanges_;
};

}  // namespace serin

#endif  // SERIN_SERVER_PROXY_JSON_EXCHANGE_SET_H_
