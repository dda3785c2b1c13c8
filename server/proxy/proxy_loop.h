#ifndef SERIN_SERVER_PROXY_PROXY_LOOP_H_
#define SERIN_SERVER_PROXY_PROXY_LOOP_H_

#include <memory>
#include <string>

#include "absl/random/random.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/base/work_pool.h"
#include "core/traffic/routing_table.h"
#include "server/http/acceptor.h"
#include "server/http/epoll_loop.h"
#include "server/http/server_connection.h"
#include "server/proxy/grpc_front.h"
#include "server/proxy/json/json_front.h"
#include "server/proxy/proxy_call.h"
#include "server/proxy/proxy_metrics.h"
#include "server/proxy/proxy_role.h"

namespace serin {

// What the loops of one proxy share; all of it outlives them.
struct ProxyShared {
  const ProxyOptions* options = nullptr;
  const RouteTable* routes = nullptr;
  const MethodIndex* methods = nullptr;
  RpcMetrics* metrics = nullptr;
  ProxyMetrics* proxy_metrics = nullptr;
  LogWriter* log = nullptr;
  SharedCallerRates* rates = nullptr;
  WorkPool* work = nullptr;  // For JSON that takes long.
  const Clock* clock = nullptr;
  IdGenerator* ids = nullptr;
  std::string self;  // gRPC target of the proxy's own services.
  int loops = 1;
};

// All of the proxy that belongs to one event loop: where its requests come in, its calls, and its
// connections to upstreams. Nothing of it is shared, so none of it has locks. Made, used and
// destroyed on its loop.
class ProxyLoop final : public StreamAcceptor {
 public:
  // Both outlive it.
  ProxyLoop(EpollLoop* loop, const ProxyShared& shared);
  // Ends what runs without a word to callers.
  ~ProxyLoop() override;

  // gRPC calls go to the gRPC front, all else to the JSON front, which makes gRPC calls of it.
  void OnRequest(std::unique_ptr<HttpStream> stream, Headers head, bool end,
                 const Peer& peer) override;

  // The same connection, which counts as one of the loop's until it has ended.
  NewConnection Counted(NewConnection connection);

  // Takes effect for the calls after it.
  void Update(std::shared_ptr<const RoutingTable> table) { upstreams_.Update(std::move(table)); }

  // Refuses new calls from now on, and ends those that still run after `grace`.
  void Drain(absl::Duration grace);

 private:
  void Publish();
  ProxySnapshot Snapshot();

  const std::unique_ptr<ClientConnector> connector_;
  Upstreams upstreams_;
  Admission admission_;
  RetryBudget retries_{RetryBudgetOptions()};
  DeadlineQueue deadlines_;
  ShadowCalls shadows_;
  ProxyCounters counters_;
  AccessLog log_;
  absl::InsecureBitGen random_;
  const CallServices services_;
  GrpcFront grpc_;
  JsonFront json_;
  const std::unique_ptr<Timer> end_of_grace_;

  int64_t connections_ = 0;
  ProxyMetrics* const proxy_metrics_;
  ProxySnapshot published_;
  const std::unique_ptr<Timer> publish_timer_;
};

}  // namespace serin

#endif  // SERIN_SERVER_PROXY_PROXY_LOOP_H_
