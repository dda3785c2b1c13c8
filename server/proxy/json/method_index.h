#ifndef SERIN_SERVER_PROXY_JSON_METHOD_INDEX_H_
#define SERIN_SERVER_PROXY_JSON_METHOD_INDEX_H_

#include <google/protobuf/descriptor.h>

#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "server/proxy/route_table.h"

namespace serin {

// The descriptors of the methods that may be called with JSON: those of the route table, and
// gRPC's health and reflection services. Immutable, so it may be shared between threads.
class MethodIndex {
 public:
  explicit MethodIndex(const RouteTable& routes);

  // Of a path such as /serin.v1.PredictService/Predict; nullptr where there is none.
  const google::protobuf::MethodDescriptor* Find(absl::string_view path) const;

 private:
  void Add(const google::protobuf::ServiceDescriptor* service);

  absl::flat_hash_map<std::string, const google::protobuf::MethodDescriptor*> methods_;
};

}  // namespace serin

#endif  // SERIN_SERVER_PROXY_JSON_METHOD_INDEX_H_
