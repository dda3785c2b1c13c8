#ifndef SERIN_SERVER_CLUSTER_FETCH_BUNDLE_H_
#define SERIN_SERVER_CLUSTER_FETCH_BUNDLE_H_

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include <memory>
#include <set>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "serin/internal/v1/cluster_service.grpc.pb.h"

namespace serin {

// Fetches bundles from control. Thread-safe.
class BundleFetcher {
 public:
  explicit BundleFetcher(const std::shared_ptr<grpc::ChannelInterface>& control,
                         absl::Duration timeout = absl::Seconds(60))
      : control_(internal::v1::ClusterService::NewStub(control)), timeout_(timeout) {}

  // Blocks until the bundle is here, at most the timeout. NOT_FOUND: control has no such bundle;
  // DATA_LOSS: the bytes that came do not have this SHA-256; CANCELLED: Stop was called; other
  // codes: the call failed and may be tried again.
  absl::StatusOr<std::string> Fetch(const std::string& project, const std::string& sha256)
      ABSL_LOCKS_EXCLUDED(mutex_);

  // Ends the fetches that are under way, and those that come later.
  void Stop() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  absl::StatusOr<std::string> Read(grpc::ClientContext& context, const std::string& project,
                                   const std::string& sha256);

  const std::unique_ptr<internal::v1::ClusterService::StubInterface> control_;
  const absl::Duration timeout_;
  absl::Mutex mutex_;
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
  std::set<grpc::ClientContext*> under_way_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace serin

#endif  // SERIN_SERVER_CLUSTER_FETCH_BUNDLE_H_
