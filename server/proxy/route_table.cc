#include "server/proxy/route_table.h"

#include <algorithm>
#include <tuple>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/traffic/retry.h"
#include "grpc/health/v1/health.pb.h"
#include "grpc/reflection/v1/reflection.pb.h"
#include "grpc/reflection/v1alpha/reflection.pb.h"
#include "inference/grpc_service.pb.h"
#include "serin/v1/dataset_service.pb.h"
#include "serin/v1/model_service.pb.h"
#include "serin/v1/predict_service.pb.h"
#include "serin/v1/train_service.pb.h"

namespace serin {
namespace {

// A path comes from outside: cut and escaped so that it may stand in a message or a log line.
std::string Shown(absl::string_view path) {
  constexpr size_t kShown = 200;
  return absl::CHexEscape(path.substr(0, kShown));
}

absl::Status Unknown(absl::string_view what) {
  return WithReason(absl::UnimplementedError(absl::StrCat(
                        what, "; reflection (grpcurl HOST:PORT list) lists what there is")),
                    "UNKNOWN_METHOD");
}

// The kinds of requests by whose first message a predictor is chosen.
const PredictFields* ModelFieldsOf(const google::protobuf::Descriptor& request) {
  for (const PredictFields* fields :
       {&kPredictRequestFields, &kExplainRequestFields, &kModelInferRequestFields,
        &kModelReadyRequestFields, &kModelMetadataRequestFields, &kModelConfigRequestFields,
        &kModelStatisticsRequestFields}) {
    if (request.full_name() == fields->message) return fields;
  }
  return nullptr;
}

bool Predicts(const PredictFields& fields) {
  return &fields == &kPredictRequestFields || &fields == &kExplainRequestFields ||
         &fields == &kModelInferRequestFields;
}

// Who answers, where it is not the role that the rest of the service belongs to: a server is ready
// when the proxy is, and jobs are control's.
UpstreamRole RoleOf(const google::protobuf::MethodDescriptor& method, UpstreamRole of_service) {
  if (method.full_name() == "inference.GRPCInferenceService.ServerLive" ||
      method.full_name() == "inference.GRPCInferenceService.ServerReady") {
    return UpstreamRole::kSelf;
  }
  if (method.full_name() == "serin.v1.PredictService.BatchPredict") return UpstreamRole::kControl;
  return of_service;
}

}  // namespace

absl::string_view NameOf(UpstreamRole role) {
  switch (role) {
    case UpstreamRole::kDataset:
      return "dataset";
    case UpstreamRole::kControl:
      return "control";
    case UpstreamRole::kPredict:
      return "predict";
    case UpstreamRole::kSelf:
      return "proxy";
  }
  return "unknown";
}

// Naming a message of each file also links its descriptor, which reflection needs.
RouteTable::RouteTable() {
  AddServicesOf(v1::UploadDatasetRequest::descriptor()->file(), UpstreamRole::kDataset);
  AddServicesOf(v1::TrainRequest::descriptor()->file(), UpstreamRole::kControl);
  AddServicesOf(v1::SetTrafficRequest::descriptor()->file(), UpstreamRole::kControl);
  AddServicesOf(v1::PredictRequest::descriptor()->file(), UpstreamRole::kPredict);
  AddServicesOf(inference::ModelInferRequest::descriptor()->file(), UpstreamRole::kPredict);
  for (const auto* file :
       {grpc::health::v1::HealthCheckRequest::descriptor()->file(),
        grpc::reflection::v1::ServerReflectionRequest::descriptor()->file(),
        grpc::reflection::v1alpha::ServerReflectionRequest::descriptor()->file()}) {
    AddServicesOf(file, UpstreamRole::kSelf);
  }
}

void RouteTable::AddServicesOf(const google::protobuf::FileDescriptor* file, UpstreamRole role) {
  for (int s = 0; s < file->service_count(); ++s) {
    if (role != UpstreamRole::kSelf) services_.push_back(file->service(s));
    AddMethodsOf(file->service(s), role);
  }
}

void RouteTable::AddMethodsOf(const google::protobuf::ServiceDescriptor* service,
                              UpstreamRole role) {
  for (int m = 0; m < service->method_count(); ++m) {
    const auto* method = service->method(m);
    const PredictFields* const names_model = ModelFieldsOf(*method->input_type());
    methods_[absl::StrCat("/", service->full_name(), "/", method->name())] = {
        .service = service->full_name(),
        .name = method->name(),
        .role = RoleOf(*method, role),
        .request_type = method->input_type()->full_name(),
        .names_model = names_model,
        .predicts = names_model != nullptr && Predicts(*names_model),
        .explains = names_model == &kExplainRequestFields,
        .streams = method->client_streaming() || method->server_streaming(),
        .repeatable = !method->client_streaming() && IsRepeatable(*method)};
  }
}

std::vector<const PublicMethod*> RouteTable::methods() const {
  std::vector<const PublicMethod*> methods;
  for (const auto& [path, method] : methods_) methods.push_back(&method);
  std::sort(methods.begin(), methods.end(), [](const PublicMethod* a, const PublicMethod* b) {
    return std::tie(a->service, a->name) < std::tie(b->service, b->name);
  });
  return methods;
}

absl::StatusOr<const PublicMethod*> RouteTable::Find(absl::string_view path) const {
  const auto it = methods_.find(path);
  if (it != methods_.end()) return &it->second;
  const size_t slash = path.rfind('/');
  if (slash == 0 || slash == path.npos) {
    return Unknown(absl::StrCat("'", Shown(path), "' is not the path of a method"));
  }
  const absl::string_view service = path.substr(1, slash - 1);
  const bool known = std::any_of(services_.begin(), services_.end(), [&](const auto* candidate) {
    return service == candidate->full_name();
  });
  if (!known) return Unknown(absl::StrCat("service ", Shown(service), " does not exist"));
  return Unknown(
      absl::StrCat("service ", service, " has no method ", Shown(path.substr(slash + 1))));
}

}  // namespace serin
