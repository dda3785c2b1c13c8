#ifndef SERIN_SERVER_PROXY_REFLECTION_SERVICE_H_
#define SERIN_SERVER_PROXY_REFLECTION_SERVICE_H_

#include "grpc/reflection/v1/reflection.grpc.pb.h"
#include "grpc/reflection/v1alpha/reflection.grpc.pb.h"
#include "server/proxy/reflection_index.h"

namespace serin {

// The answer to one request. Instantiated for both versions of the protocol, whose messages differ
// in their package only.
template <typename Request, typename Response>
Response AnswerReflection(const ReflectionIndex& index, const Request& request);

// Server reflection, for one version of the protocol. Thread-safe.
template <typename Service, typename Request, typename Response>
class ReflectionService final : public Service {
 public:
  // `index` outlives the service.
  explicit ReflectionService(const ReflectionIndex* index) : index_(*index) {}

  grpc::ServerBidiReactor<Request, Response>* ServerReflectionInfo(
      grpc::CallbackServerContext* context) override;

 private:
  const ReflectionIndex& index_;
};

using ReflectionServiceV1 =
    ReflectionService<grpc::reflection::v1::ServerReflection::CallbackService,
                      grpc::reflection::v1::ServerReflectionRequest,
                      grpc::reflection::v1::ServerReflectionResponse>;
using ReflectionServiceV1Alpha =
    ReflectionService<grpc::reflection::v1alpha::ServerReflection::CallbackService,
                      grpc::reflection::v1alpha::ServerReflectionRequest,
                      grpc::reflection::v1alpha::ServerReflectionResponse>;

}  // namespace serin

#endif  // SERIN_SERVER_PROXY_REFLECTION_SERVICE_H_
