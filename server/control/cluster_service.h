#ifndef SERIN_SERVER_CONTROL_CLUSTER_SERVICE_H_
#define SERIN_SERVER_CONTROL_CLUSTER_SERVICE_H_

#include "core/storage/store.h"
#include "serin/internal/v1/cluster_service.grpc.pb.h"
#include "server/control/cluster_publisher.h"

namespace serin {

// What proxies and predictors call.
class ClusterService final : public internal::v1::ClusterService::CallbackService {
 public:
  // Both must outlive the service.
  ClusterService(const StoreReader* store, ClusterPublisher* publisher)
      : store_(store), publisher_(publisher) {}

  grpc::ServerBidiReactor<internal::v1::JoinRequest, internal::v1::ClusterState>* Join(
      grpc::CallbackServerContext* context) override;

  // NOT_FOUND for a bundle that no version has. One that is deleted meanwhile ends early, which the
  // reader sees by its SHA-256.
  grpc::ServerWriteReactor<internal::v1::FetchBundleResponse>* FetchBundle(
      grpc::CallbackServerContext* context,
      const internal::v1::FetchBundleRequest* request) override;

 private:
  const StoreReader* const store_;
  ClusterPublisher* const publisher_;
};

}  // namespace serin

#endif  // SERIN_SERVER_CONTROL_CLUSTER_SERVICE_H_
