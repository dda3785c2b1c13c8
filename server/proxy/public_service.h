#ifndef SERIN_SERVER_PROXY_PUBLIC_SERVICE_H_
#define SERIN_SERVER_PROXY_PUBLIC_SERVICE_H_

#include <grpcpp/channel.h>
#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/generic/generic_stub.h>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/random/random.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "core/base/ids.h"
#include "server/proxy/route_table.h"
#include "server/proxy/router.h"
#include "server/proxy/rpc_metrics.h"

namespace serin {

// Channels to the roles, in order of UpstreamRole.
using UpstreamChannels = std::array<std::shared_ptr<grpc::Channel>, kUpstreamRoleCount>;

// Every call on the public port that is not reflection or health: finds the role that answers it,
// forwards it, counts it and logs it. Thread-safe.
class PublicService final : public grpc::CallbackGenericService {
 public:
  // What it is given outlives it. `max_message_bytes`: of one message from a caller.
  PublicService(const RouteTable* routes, const Router* router, const UpstreamChannels& upstreams,
                RpcMetrics* metrics, IdGenerator* ids, int64_t max_message_bytes);

  grpc::ServerGenericBidiReactor* CreateReactor(
      grpc::GenericCallbackServerContext* context) override;

  // From now on calls are UNAVAILABLE. Returns when those under way have ended, at most after
  // `timeout`.
  void Drain(absl::Duration timeout) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  class Call;

  // Where a call is to go; counts it as under way.
  absl::StatusOr<const PublicMethod*> Begin(const std::string& path) ABSL_LOCKS_EXCLUDED(mutex_);
  void End() ABSL_LOCKS_EXCLUDED(mutex_);
  uint64_t Random() ABSL_LOCKS_EXCLUDED(mutex_);

  const RouteTable* const routes_;
  const Router* const router_;
  RpcMetrics* const metrics_;
  IdGenerator* const ids_;
  const int64_t max_message_bytes_;
  std::array<std::optional<grpc::GenericStub>, kUpstreamRoleCount> stubs_;
  absl::Mutex mutex_;
  absl::BitGen random_ ABSL_GUARDED_BY(mutex_);
  int calls_under_way_ ABSL_GUARDED_BY(mutex_) = 0;
  bool draining_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace serin

#endif  // SERIN_SERVER_PROXY_PUBLIC_SERVICE_H_
