#include "server/proxy/route_table.h"

#include <algorithm>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
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

}  // namespace

absl::string_view NameOf(UpstreamRole role) {
  switch (role) {
    case UpstreamRole::kDataset:
      return "dataset";
    case UpstreamRole::kControl:
      return "control";
    case UpstreamRole::kPredict:
      return "predict";
  }
  return "unknown";
}

// Naming a message of each file also links its descriptor, which reflection needs.
RouteTable::RouteTable() {
  AddServicesOf(v1::UploadDatasetRequest::descriptor()->file(), UpstreamRole::kDataset);
  AddServicesOf(v1::TrainRequest::descriptor()->file(), UpstreamRole::kControl);
  AddServicesOf(v1::SetTrafficRequest::descriptor()->file(), UpstreamRole::kControl);
  AddServicesOf(v1::PredictRequest::descriptor()->file(), UpstreamRole::kPredict);
}

void RouteTable::AddServicesOf(const google::protobuf::FileDescriptor* file, UpstreamRole role) {
  const auto* predict_request = v1::PredictRequest::descriptor();
  for (int s = 0; s < file->service_count(); ++s) {
    const auto* service = file->service(s);
    services_.push_back(service);
    for (int m = 0; m < service->method_count(); ++m) {
      const auto* method = service->method(m);
      methods_[absl::StrCat("/", service->full_name(), "/", method->name())] = {
          .service = service->full_name(),
          .name = method->name(),
          .role = role,
          .request_type = method->input_type()->full_name(),
          .picks_version = method->input_type() == predict_request};
    }
  }
}

std::vector<const PublicMethod*> RouteTable::methods() const {
  std::vector<const PublicMethod*> methods;
  for (const auto& [path, method] : methods_) methods.push_back(&method);
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
