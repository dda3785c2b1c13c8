#include "server/predict/predict_role.h"

#include <utility>

#include "server/cluster/fetch_bundle.h"
#include "server/cluster/member.h"
#include "server/predict/model_host.h"
#include "server/predict/predict_metrics.h"
#include "server/predict/predict_service.h"

namespace serin {
namespace {

BundleSource SourceOf(const std::shared_ptr<grpc::Channel>& control) {
  std::shared_ptr<internal::v1::ClusterService::StubInterface> stub =
      internal::v1::ClusterService::NewStub(control);
  return [stub](const std::string& project, const std::string& sha256) {
    return FetchBundle(*stub, project, sha256);
  };
}

internal::v1::MemberHello HelloFrom(const std::string& address) {
  internal::v1::MemberHello hello;
  hello.set_role(internal::v1::MemberHello::ROLE_PREDICT);
  hello.set_address(address);
  return hello;
}

}  // namespace

struct PredictRole::Parts {
  Parts(std::shared_ptr<grpc::Channel> channel, prometheus::Registry* registry, IdGenerator* ids)
      : control(std::move(channel)),
        metrics(registry),
        host(SourceOf(control), &metrics),
        service(&host, ids) {}

  const std::shared_ptr<grpc::Channel> control;
  PredictMetrics metrics;
  ModelHost host;
  PredictService service;
  std::unique_ptr<ClusterMember> member;  // Calls into `host`, so it goes first.
};

PredictRole::PredictRole(std::shared_ptr<grpc::Channel> control, prometheus::Registry* registry,
                         IdGenerator* ids)
    : parts_(std::make_unique<Parts>(std::move(control), registry, ids)) {}

PredictRole::~PredictRole() { parts_->host.Stop(); }

grpc::Service* PredictRole::service() { return &parts_->service; }

void PredictRole::Start(const std::string& address) {
  parts_->member = std::make_unique<ClusterMember>(
      parts_->control, HelloFrom(address),
      [host = &parts_->host](const internal::v1::ClusterState& state) {
        return host->Apply(state);
      });
}

bool PredictRole::ready() const { return parts_->host.ready(); }

}  // namespace serin
