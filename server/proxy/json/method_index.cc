#include "server/proxy/json/method_index.h"

#include "absl/strings/str_cat.h"
#include "grpc/health/v1/health.pb.h"
#include "grpc/reflection/v1/reflection.pb.h"
#include "grpc/reflection/v1alpha/reflection.pb.h"

namespace serin {

MethodIndex::MethodIndex(const RouteTable& routes) {
  for (const auto* service : routes.services()) Add(service);
  const google::protobuf::FileDescriptor* const files[] = {
      grpc::health::v1::HealthCheckRequest::descriptor()->file(),
      grpc::reflection::v1::ServerReflectionRequest::descriptor()->file(),
      grpc::reflection::v1alpha::ServerReflectionRequest::descriptor()->file()};
  for (const auto* file : files) {
    for (int i = 0; i < file->service_count(); ++i) Add(file->service(i));
  }
}

void MethodIndex::Add(const google::protobuf::ServiceDescriptor* service) {
  for (int i = 0; i < service->method_count(); ++i) {
    const auto* method = service->method(i);
    methods_[absl::StrCat("/", service->full_name(), "/", method->name())] = method;
  }
}

const google::protobuf::MethodDescriptor* MethodIndex::Find(absl::string_view path) const {
  const auto it = methods_.find(path);
  return it == methods_.end() ? nullptr : it->second;
}

}  // namespace serin
