#ifndef SERIN_SERVER_PROXY_HEALTH_SERVICE_H_
#define SERIN_SERVER_PROXY_HEALTH_SERVICE_H_

#include <set>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "grpc/health/v1/health.grpc.pb.h"

namespace serin {

// The standard health service. All services of a proxy are in the same state, which starts as
// NOT_SERVING. Thread-safe.
class HealthService final : public grpc::health::v1::Health::CallbackService {
 public:
  // `services`: the full names that may be asked for, besides "" for the server as a whole.
  explicit HealthService(const std::vector<std::string>& services);

  void SetServing(bool serving) ABSL_LOCKS_EXCLUDED(mutex_);
  bool serving() ABSL_LOCKS_EXCLUDED(mutex_);

  // For good: NOT_SERVING, and every Watch ends (UNAVAILABLE) once its caller has been told, so
  // that a server that shuts down does not wait for them.
  void Shutdown() ABSL_LOCKS_EXCLUDED(mutex_);

  grpc::ServerUnaryReactor* Check(grpc::CallbackServerContext* context,
                                  const grpc::health::v1::HealthCheckRequest* request,
                                  grpc::health::v1::HealthCheckResponse* response) override;
  grpc::ServerWriteReactor<grpc::health::v1::HealthCheckResponse>* Watch(
      grpc::CallbackServerContext* context,
      const grpc::health::v1::HealthCheckRequest* request) override;

 private:
  class Watcher;

  using ServingStatus = grpc::health::v1::HealthCheckResponse::ServingStatus;

  ServingStatus StatusOf(bool known) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void NotifyAll() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::set<std::string> services_;

  // Also guards the watchers' own state. Starting an operation under it is safe: reactions never
  // run before the function that starts them returns.
  absl::Mutex mutex_;
  bool serving_ ABSL_GUARDED_BY(mutex_) = false;
  bool shut_down_ ABSL_GUARDED_BY(mutex_) = false;
  std::set<Watcher*> watchers_ ABSL_GUARDED_BY(mutex_);  // Each owns itself.
};

}  // namespace serin

#endif  // SERIN_SERVER_PROXY_HEALTH_SERVICE_H_
