#include "server/control/cluster_service.h"

#include "server/control/join_call.h"
#include "server/control/send_bundle_call.h"

namespace serin {

using internal::v1::FetchBundleRequest;
using internal::v1::FetchBundleResponse;

grpc::ServerBidiReactor<internal::v1::JoinRequest, internal::v1::ClusterState>*
ClusterService::Join(grpc::CallbackServerContext* context) {
  return new JoinCall(context, publisher_);
}

grpc::ServerWriteReactor<FetchBundleResponse>* ClusterService::FetchBundle(
    grpc::CallbackServerContext*, const FetchBundleRequest* request) {
  return new SendBundleCall<FetchBundleResponse>(store_, request->project(),
                                                 request->bundle_sha256());
}

}  // namespace serin
