#ifndef SERIN_SERVER_PROXY_JSON_FRONT_HOOKS_H_
#define SERIN_SERVER_PROXY_JSON_FRONT_HOOKS_H_

#include <functional>

#include "server/proxy/call_record.h"

namespace serin {

// What the JSON front needs of whoever makes it.
struct FrontHooks {
  // Runs a task on another thread than the loop's; the loop outlives it.
  std::function<void(std::function<void()> task)> offload;

  // Told of each request that was answered with an error without a gRPC call, which would have been
  // counted and logged as one.
  std::function<void(const CallRecord&)> refused;
};

}  // namespace serin

#endif  // SERIN_SERVER_PROXY_JSON_FRONT_HOOKS_H_
