#include "server/predict/predict_role.h"

#include <functional>
#include <optional>
#include <utility>

#include "core/base/clock.h"
#include "server/cluster/fetch_bundle.h"
#include "server/cluster/member.h"
#include "server/predict/drift_reports.h"
#include "server/predict/inference_service.h"
#include "server/predict/log_calls.h"
#include "server/predict/log_settings.h"
#include "server/predict/model_host.h"
#include "server/predict/predict_metrics.h"
#include "server/predict/predict_service.h"
#include "server/predict/prediction_log.h"
#include "server/predict/remote_row_sink.h"
#include "server/predict/served_calls.h"
#include "server/rpc/step_thread.h"
#include "server/rpc/task_thread.h"

namespace serin {
namespace {

// How old rows of the prediction log may get before they are on their way.
constexpr absl::Duration kLogInterval = absl::Seconds(1);
constexpr absl::Duration kAppendTimeout = absl::Seconds(10);
// Loads that calls wait for, at a time: one that takes long does not hold up all others, and the
// threads that answer keep most of the machine.
constexpr int kLoaders = 2;
// How old the metrics of drift may get.
constexpr absl::Duration kDriftInterval = absl::Seconds(10);

internal::v1::MemberHello HelloFrom(const std::string& address, IdGenerator& ids) {
  internal::v1::MemberHello hello;
  hello.set_id(ids.Next());
  hello.set_role(internal::v1::MemberHello::ROLE_PREDICT);
  hello.set_address(address);
  return hello;
}

}  // namespace

struct PredictRole::Parts {
  Parts(std::shared_ptr<grpc::Channel> channel, const std::shared_ptr<grpc::Channel>& dataset,
        prometheus::Registry* registry, const Clock* clock, IdGenerator* ids, size_t memory_bytes)
      : control(std::move(channel)),
        clock(clock),
        ids(ids),
        fetcher(control),
        metrics(registry),
        host([this](const auto& project,
                    const auto& sha256) { return fetcher.Fetch(project, sha256); },
             &metrics, clock,
             {.memory_bytes = memory_bytes,
              .run = [this](std::function<void()> load) { loaders->Post(std::move(load)); }}),
        drift_metrics(registry),
        log_metrics(registry),
        log_settings(&log_metrics),
        row_sink(dataset, kAppendTimeout),
        log(&log_settings, &row_sink, ids, [this] { log_stepper.Wake(); }),
        served(&log, clock),
        datasets(v1::DatasetService::NewStub(dataset)),
        log_calls{{&log_settings, &host, &row_sink, clock, ids}, &feedback_thread, datasets.get()},
        predictions(&host, ids, &served, &log_calls),
        inference(&host, ids, clock, &served) {}

  ~Parts() {
    loaders.reset();  // Calls into `member`.
    drift_stepper.Stop();
    row_sink.Stop();
    log_stepper.Stop();
  }

  PredictorHooks Hooks();

  const std::shared_ptr<grpc::Channel> control;
  const Clock* const clock;
  IdGenerator* const ids;
  BundleFetcher fetcher;
  PredictMetrics metrics;
  ModelHost host;
  std::optional<TaskThread> loaders{kLoaders};  // Of what calls wait for.
  DriftMetrics drift_metrics;
  StepThread drift_stepper{[this] { drift_metrics.Update(host, clock->Now()); }, kDriftInterval};
  LogMetrics log_metrics;
  LogSettings log_settings;
  RemoteRowSink row_sink;
  // Above what wakes it; it runs from Start to Leave.
  StepThread log_stepper{[this] { log.Step(); }, kLogInterval};
  PredictionLog log;
  const ServedCalls served;
  TaskThread feedback_thread;
  const std::unique_ptr<v1::DatasetService::StubInterface> datasets;
  const LogCalls log_calls;
  PredictService predictions;
  InferenceService inference;
  std::unique_ptr<ClusterMember> member;  // Calls into `host`, so it goes first.
};

PredictRole::PredictRole(std::shared_ptr<grpc::Channel> control,
                         const std::shared_ptr<grpc::Channel>& dataset,
                         prometheus::Registry* registry, const Clock* clock, IdGenerator* ids,
                         size_t memory_bytes)
    : parts_(std::make_unique<Parts>(std::move(control), dataset, registry, clock, ids,
                                     memory_bytes)) {}

// What the member and the loaders wait for when they are destroyed is a version that loads, at
// most.
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
            log_settings.Apply(state);
            return host.Apply(
                state, {.superseded = context.superseded, .changed = context.report_changed});
          },
      .report = [this] { return host.Report(); },
      .load =
          [this] { return static_cast<double>(predictions.in_flight() + inference.in_flight()); },
      .distributions = [this] { return DistributionsOf(host, clock->Now()); }};
}

void PredictRole::Start(const std::string& address) {
  parts_->drift_stepper.Start();
  parts_->log_stepper.Start();
  parts_->member = std::make_unique<ClusterMember>(
      parts_->control, HelloFrom(address, *parts_->ids), parts_->Hooks());
}

void PredictRole::Leave(absl::Duration timeout) {
  if (parts_->member) parts_->member->Leave(timeout);
  parts_->log_stepper.Stop();
  parts_->log.Step();
}

bool PredictRole::ready() const { return parts_->host.ready(); }

}  // namespace serin
