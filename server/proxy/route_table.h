#ifndef SERIN_SERVER_PROXY_ROUTE_TABLE_H_
#define SERIN_SERVER_PROXY_ROUTE_TABLE_H_

#include <google/protobuf/descriptor.h>

#include <string>
#include <vector>

#include "absl/container/node_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/proxy/predict_scan.h"

namespace serin {

// The roles that the proxy forwards to. kSelf is the proxy: what it answers itself, health and
// reflection.
enum class UpstreamRole { kDataset, kControl, kPredict, kSelf };
inline constexpr int kUpstreamRoleCount = 4;

// dataset, control, predict or proxy.
absl::string_view NameOf(UpstreamRole role);

// A method that callers may call.
struct PublicMethod {
  std::string service;  // serin.v1.PredictService
  std::string name;     // Predict
  UpstreamRole role;
  std::string request_type;  // serin.v1.PredictRequest
  // Where its first message names the model version that is to answer; null: it names none.
  const PredictFields* names_model = nullptr;
  // It needs that version loaded. Other questions about a version any predictor answers, though
  // rather one that has it.
  bool predicts = false;
  // It may take thousands of times as long as a prediction, by what it asks for.
  bool explains = false;
  // Messages in one direction or both.
  bool streams = false;
  // May be sent to an upstream a second time, as the contract says of it.
  bool repeatable = false;

  // One question, one answer: what such calls take says how busy the predictors are.
  bool is_unary_prediction() const { return predicts && !streams && !explains; }
};

// The services behind the proxy, from their descriptors. Whatever is not here cannot be reached
// through the public port. Immutable.
class RouteTable {
 public:
  RouteTable();

  // The method of a path such as /serin.v1.PredictService/Predict; valid as long as the table.
  // UNIMPLEMENTED, naming what does not exist.
  absl::StatusOr<const PublicMethod*> Find(absl::string_view path) const;

  // All methods, in order of their paths; valid as long as the table.
  std::vector<const PublicMethod*> methods() const;

  // Those of the roles.
  const std::vector<const google::protobuf::ServiceDescriptor*>& services() const {
    return services_;
  }

 private:
  void AddMethodsOf(const google::protobuf::ServiceDescriptor* service, UpstreamRole role);
  void AddServicesOf(const google::protobuf::FileDescriptor* file, UpstreamRole role);

  std::vector<const google::protobuf::ServiceDescriptor*> services_;
  absl::node_hash_map<std::string, PublicMethod> methods_;  // By path.
};

}  // namespace serin

#endif  // SERIN_SERVER_PROXY_ROUTE_TABLE_H_
