#include "server/control/control_role.h"

#include <grpcpp/channel.h>

#include <utility>

#include "core/base/status_macros.h"
#include "server/control/batch_predict_service.h"
#include "server/control/batch_predictions.h"
#include "server/control/cluster_metrics.h"
#include "server/control/cluster_publisher.h"
#include "server/control/cluster_service.h"
#include "server/control/job_scheduler.h"
#include "server/control/job_store.h"
#include "server/control/metrics.h"
#include "server/control/model_registry.h"
#include "server/control/model_service.h"
#include "server/control/remote_datasets.h"
#include "server/control/schedule_calls.h"
#include "server/control/schedule_metrics.h"
#include "server/control/schedule_runner.h"
#include "server/control/schedule_runs.h"
#include "server/control/schedule_store.h"
#include "server/control/traffic_changes.h"
#include "server/control/train_service.h"
#include "server/control/worker_service.h"
#include "server/rpc/step_thread.h"

namespace serin {
namespace {

// How exact the times in PublisherOptions and TrafficChangeOptions are.
constexpr absl::Duration kStepInterval = absl::Milliseconds(250);
// By how much a run of a schedule may be late.
constexpr absl::Duration kScheduleInterval = absl::Seconds(1);

}  // namespace

// Members use those above them.
struct ControlRole::Parts {
  Parts(Store* store, const Clock* clock, IdGenerator* ids, prometheus::Registry* metrics_registry,
        const std::shared_ptr<grpc::Channel>& dataset, WorkerLauncher* launcher,
        const ControlOptions& options)
      : metrics(metrics_registry),
        schedule_metrics(metrics_registry),
        cluster_metrics(metrics_registry),
        publisher(clock, options.publisher, &cluster_metrics, [this] { stepper.Wake(); }),
        registry(store, clock,
                 [this](ClusterPublisher::State state) { publisher.Publish(std::move(state)); }),
        jobs(
            store, clock, ids, &registry, &metrics,
            [this](std::function<void()> done) { publisher.WhenApplied(std::move(done)); },
            options.jobs),
        traffic(clock, &registry, &publisher, options.traffic),
        scheduler(&jobs, launcher, clock, options.scheduler),
        datasets(dataset, options.dataset_timeout),
        batch_predictions(store, &registry, &datasets),
        schedules(store, &jobs, &schedule_metrics),
        schedule_runs(&schedules, &jobs, &datasets, &batch_predictions,
                      [this](const JobId& job) { scheduler.Kill(job); }),
        schedule_runner(clock, &schedules, &schedule_runs, &datasets, [this] { scheduler.Wake(); }),
        schedule_calls(clock, &schedules, &jobs, &schedule_runs, &datasets,
                       [this] { scheduler.Wake(); }),
        train_service(&jobs, &scheduler, &datasets, store, &registry, &schedule_calls),
        batch_predict_service(&jobs, &scheduler, &batch_predictions),
        model_service(store, &registry, &publisher, &traffic, options.max_import_bytes),
        cluster_service(store, &publisher),
        worker_service(&jobs, store, options.max_bundle_bytes) {}

  void Step() {
    publisher.Step();
    traffic.Step();
  }

  JobMetrics metrics;
  ScheduleMetrics schedule_metrics;
  ClusterMetrics cluster_metrics;
  // Above those that wake it; it is idle before Start and after Drain.
  StepThread stepper{[this] { Step(); }, kStepInterval};
  ClusterPublisher publisher;
  ModelRegistry registry;
  JobStore jobs;
  TrafficChanges traffic;
  JobScheduler scheduler;
  RemoteDatasets datasets;
  BatchPredictions batch_predictions;
  ScheduleStore schedules;
  ScheduleRuns schedule_runs;
  ScheduleRunner schedule_runner;
  ScheduleCalls schedule_calls;
  TrainService train_service;
  BatchPredictService batch_predict_service;
  ModelService model_service;
  ClusterService cluster_service;
  WorkerService worker_service;
  // Below what it calls.
  StepThread schedule_stepper{[this] { schedule_runner.Step(); }, kScheduleInterval};
};

ControlRole::ControlRole(Store* store, const Clock* clock, IdGenerator* ids,
                         prometheus::Registry* registry,
                         const std::shared_ptr<grpc::Channel>& dataset, WorkerLauncher* launcher,
                         ControlOptions options)
    : parts_(std::make_unique<Parts>(store, clock, ids, registry, dataset, launcher, options)) {}

ControlRole::~ControlRole() { Drain(); }

absl::Status ControlRole::Recover() {
  SERIN_RETURN_IF_ERROR(parts_->registry.Recover());
  SERIN_RETURN_IF_ERROR(parts_->jobs.Recover());
  return parts_->schedules.Recover();
}

std::vector<grpc::Service*> ControlRole::services() {
  return {&parts_->train_service, &parts_->model_service, &parts_->cluster_service,
          &parts_->worker_service};
}

BatchPredictService* ControlRole::batch_predict_service() { return &parts_->batch_predict_service; }

void ControlRole::Start() {
  parts_->stepper.Start();
  parts_->scheduler.Start();
  parts_->schedule_stepper.Start();
}

void ControlRole::Drain() {
  parts_->datasets.Drain();
  parts_->schedule_stepper.Stop();
  parts_->scheduler.Drain();
  parts_->train_service.Drain();
  parts_->traffic.Drain();
  parts_->publisher.Drain();
  parts_->stepper.Stop();
}

}  // namespace serin
