#ifndef SERIN_SERVER_PROXY_JSON_DISPATCH_H_
#define SERIN_SERVER_PROXY_JSON_DISPATCH_H_

#include <memory>

#include "server/proxy/json/exchange.h"

namespace serin {

// The exchange that answers a request, by its path, method and content type. What fits none is
// answered by one that says what would: 404, 405 with `allow`, 415 with `accept-post`.
std::unique_ptr<Exchange> Dispatch(const FrontContext& context, FrontRequest request);

}  // namespace serin

#endif  // SERIN_SERVER_PROXY_JSON_DISPATCH_H_
