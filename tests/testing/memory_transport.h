#ifndef SERIN_TESTS_TESTING_MEMORY_TRANSPORT_H_
#define SERIN_TESTS_TESTING_MEMORY_TRANSPORT_H_

#include <cstddef>
#include <memory>
#include <utility>

#include "server/http/event_loop.h"
#include "server/http/transport.h"

namespace serin::testing {

// Two transports joined in memory: what one writes the other reads when the loop runs next. Each
// direction holds `capacity` bytes that were not read. An end that is destroyed is OnEnd for the
// other.
using TransportPair = std::pair<std::unique_ptr<Transport>, std::unique_ptr<Transport>>;

TransportPair MakeTransportPair(EventLoop* loop, size_t capacity = 1 << 20);

}  // namespace serin::testing

#endif  // SERIN_TESTS_TESTING_MEMORY_TRANSPORT_H_
