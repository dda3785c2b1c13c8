#include "server/proxy/json/exchange_set.h"

#include <utility>

namespace serin {

void ExchangeSet::Begin(std::unique_ptr<Exchange> exchange) {
  Exchange* const begun = exchange.get();
  exchanges_[begun] = std::move(exchange);
  begun->Begin([this, begun] {
    loop_.Post([weak = weak_from_this(), begun] {
      if (const auto self = weak.lock()) self->exchanges_.erase(begun);
    });
  });
}

}  // namespace serin
