#include "server/predict/predict_role.h"

#include <utility>

#include "core/base/clock.h"
#include "server/cluster/fetch_bundle.h"
#include "server/cluster/member.h"
#include "server/predict/inference_service.h"
#include "server/predict/model_host.h"
#include "server/predict/predict_metrics.h"
#include "server/predict/predict_service.h"

namespace serin {
namespace {

internal::v1::MemberHello HelloFrom(const std::string& address, IdGenerator& ids) {
  internal::v1::MemberHello hello;
  hello.set_id(ids.Next());
  hello.set_role(internal::v1::MemberHello::ROLE_PREDICT);
  hello.set_address(address);
  return hello;
}

}  // namespace

struct PredictRole::Parts {
  Parts(std::shared_ptr<grpc::Channel> channel, prometheus::Registry* registry, IdGenerator* ids)
      : control(std::move(channel)),
        ids(ids),
        fetcher(control),
        metrics(registry),
        host([this](const auto& project,
                    const auto& sha256) { return fetcher.Fetch(project, sha256); },
             &metrics),
        predictions(&host, ids),
        inference(&host, ids, Clock::Real()) {}

  PredictorHooks Hooks();

  const std::shared_ptr<grpc::Channel> control;
  IdGenerator* const ids;
  BundleFetcher fetcher;
  PredictMetrics metrics;
  ModelHost host;
  PredictService predictions;
  InferenceService inference;
  std::unique_ptr<ClusterMember> member;  // Calls into `host`, so it goes first.
};

PredictRole::PredictRole(std::shared_ptr<grpc::Channel> control, prometheus::Registry* registry,
                         IdGenerator* ids)
    : parts_(std::make_unique<Parts>(std::move(control), registry, ids)) {}

// What the member waits for when it is destroyed is a version that loads, at most.
PredictRole::~PredictRole() { parts_->fetcher.Stop(); }

std::vector<grpc::Service*> PredictRole::services() {
  return {&parts_->predictions, &parts_->inference};
}

void PredictRole::SetBatchPredict(BatchPredictHandler handler) {
  parts_->predictions.SetBatchPredict(std::move(handler));
}

PredictorHooks PredictRole::Parts::Hooks() {
  return {
      .apply =
          [this](const internal::v1::ClusterState& state, const ApplyContext& context) {
            return host.Apply(
                state, {.superseded = context.superseded, .changed = context.report_changed});
          },
      .report = [this] { return host.Report(); },
      .load =
          [this] { return static_cast<double>(predictions.in_flight() + inference.in_flight()); }};
}

void PredictRole::Start(const std::string& address) {
  parts_->member = std::make_unique<ClusterMember>(
      parts_->control, HelloFrom(address, *parts_->ids), parts_->Hooks());
}

void PredictRole::Leave(absl::Duration timeout) {
  if (parts_->member) parts_->member->Leave(timeout);
}

bool PredictRole::ready() const { return parts_->host.ready(); }

}  // namespace serin
