#include "server/backend.h"

#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/base/status_macros.h"
#include "core/storage/leveldb_store.h"
#include "server/cluster/channel.h"
#include "server/control/batch_predict_service.h"
#include "server/control/control_role.h"
#include "server/control/local_launcher.h"
#include "server/control/worker_memory.h"
#include "server/data_dir.h"
#include "server/dataset/dataset_role.h"
#include "server/predict/predict_role.h"
#include "server/rpc/machine_memory.h"

namespace serin {
namespace {

// How long the proxies may take to learn that a predictor stops.
constexpr absl::Duration kLeaveTimeout = absl::Seconds(2);

// Where other processes reach this one.
std::string AdvertisedAddress(const Options& options, int port) {
  const std::string& listen = options.internal_listen;
  const std::string host =
      options.advertise_host.empty() ? listen.substr(0, listen.rfind(':')) : options.advertise_host;
  return absl::StrCat(host, ":", port);
}

ControlOptions MakeControlOptions(const Options& options) {
  const int64_t memory = options.max_job_memory_bytes;
  ControlOptions control;
  control.jobs = {
      .max_queued_jobs = static_cast<size_t>(options.max_queued_jobs),
      .max_queued_jobs_per_project = static_cast<size_t>(options.max_queued_jobs_per_project),
      .kept_finished_jobs = static_cast<size_t>(options.kept_jobs),
      .worker_memory_bytes =
          memory > 0 ? memory : DefaultWorkerMemory(options.max_concurrent_jobs)};
  control.scheduler = {.max_concurrent_jobs = options.max_concurrent_jobs,
                       .silence_limit = options.job_silence_limit};
  return control;
}

// Where nobody has said, a quarter: trainings may take half (max_job_memory_bytes).
size_t ModelMemory(const Options& options) {
  const int64_t bytes = options.predict_memory_bytes;
  return static_cast<size_t>(bytes > 0 ? bytes : MachineMemoryBytes() / 4);
}

}  // namespace

// In order of construction: a role is destroyed before what it uses, and after the server.
struct Backend::Parts {
  BackendSetup setup;
  std::unique_ptr<Store> dataset_store;
  std::unique_ptr<DatasetRole> dataset;
  std::unique_ptr<Store> control_store;
  std::unique_ptr<LocalLauncher> launcher;
  std::unique_ptr<ControlRole> control;
  std::unique_ptr<PredictRole> predict;
  std::unique_ptr<grpc::Server> server;
  int port = 0;

  absl::Status OpenDataset();
  absl::Status OpenControl();
  void MakePredict();
  absl::Status Listen();
  // What the roles do once others can call them.
  void StartRoles();
};

absl::Status Backend::Parts::OpenDataset() {
  SERIN_ASSIGN_OR_RETURN(dataset_store, OpenLevelDbStore(setup.data_dir->PathOf("dataset")));
  DatasetOptions options;
  options.limits.max_bytes = setup.options->max_upload_bytes;
  options.limits.max_columns = static_cast<size_t>(setup.options->max_columns);
  options.query.limits = {.max_rows = setup.options->max_query_rows,
                          .max_bytes = setup.options->max_query_bytes,
                          .max_time = absl::Seconds(setup.options->max_query_seconds)};
  dataset = std::make_unique<DatasetRole>(dataset_store.get(), setup.clock, setup.ids,
                                          setup.registry, options);
  return dataset->Recover();
}

absl::Status Backend::Parts::OpenControl() {
  SERIN_ASSIGN_OR_RETURN(control_store, OpenLevelDbStore(setup.data_dir->PathOf("control")));
  const ControlOptions options = MakeControlOptions(*setup.options);
  launcher = std::make_unique<LocalLauncher>(
      LocalLauncherOptions{.control_target = setup.socket,
                           .dataset_target = setup.targets.dataset,
                           .memory_limit_bytes = options.jobs.worker_memory_bytes});
  control =
      std::make_unique<ControlRole>(control_store.get(), setup.clock, setup.ids, setup.registry,
                                    ConnectToRole(setup.targets.dataset), launcher.get(), options);
  return control->Recover();
}

void Backend::Parts::MakePredict() {
  predict = std::make_unique<PredictRole>(ConnectToRole(setup.targets.control),
                                          ConnectToRole(setup.targets.dataset), setup.registry,
                                          setup.clock, setup.ids, ModelMemory(*setup.options));
}

absl::Status Backend::Parts::Listen() {
  const std::string& address = setup.options->internal_listen;
  grpc::ServerBuilder builder;
  builder.AddListeningPort(setup.socket, grpc::InsecureServerCredentials());
  if (!address.empty()) {
    builder.AddListeningPort(address, grpc::InsecureServerCredentials(), &port);
  }
  // Or a second server on the port would take half of the calls.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  // Roles ping one another more often than grpc's default tolerates: the proxy's sessions every 2 s
  // (server/proxy/proxy_loop.cc), also while a long upload has them wait for its answer, or when
  // there are no calls.
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 1'000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  // A member whose machine vanished without a word has to be noticed: it is control that tells the
  // others.
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, 10'000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 5'000);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  // The limit on messages is the proxy's: what comes here has passed it.
  builder.SetMaxReceiveMessageSize(-1);
  if (dataset) builder.RegisterService(dataset->service());
  if (control && !predict) builder.RegisterService(control->batch_predict_service());
  if (control && predict) {
    predict->SetBatchPredict(
        [service = control->batch_predict_service()](auto* context, auto* request, auto* response) {
          return service->BatchPredict(context, request, response);
        });
  }
  if (predict) {
    for (grpc::Service* service : predict->services()) builder.RegisterService(service);
  }
  if (control) {
    for (grpc::Service* service : control->services()) builder.RegisterService(service);
  }
  server = builder.BuildAndStart();
  if (server != nullptr && (address.empty() || port != 0)) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat("cannot listen on ", setup.socket,
                                             address.empty() ? "" : " and ", address,
                                             "; is the address free, and of this machine?"));
}

void Backend::Parts::StartRoles() {
  const Options& options = *setup.options;
  if (control) control->Start();
  if (predict) {
    predict->Start(options.internal_listen.empty() ? setup.socket
                                                   : AdvertisedAddress(options, port));
  }
}

Backend::Backend(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Backend::~Backend() { Drain(); }

absl::StatusOr<std::unique_ptr<Backend>> Backend::Start(BackendSetup setup) {
  auto parts = std::make_unique<Parts>();
  parts->setup = std::move(setup);
  const Roles& roles = parts->setup.options->roles;
  if (roles.dataset) SERIN_RETURN_IF_ERROR(parts->OpenDataset());
  if (roles.control) SERIN_RETURN_IF_ERROR(parts->OpenControl());
  if (roles.predict) parts->MakePredict();
  SERIN_RETURN_IF_ERROR(parts->Listen());
  parts->StartRoles();
  return std::unique_ptr<Backend>(new Backend(std::move(parts)));
}

int Backend::port() const { return parts_->port; }

absl::Status Backend::Ready() const {
  if (parts_->predict && !parts_->predict->ready()) {
    return absl::UnavailableError("the predictor has not loaded its models yet");
  }
  return absl::OkStatus();
}

void Backend::Drain() {
  if (parts_->predict) parts_->predict->Leave(kLeaveTimeout);
  if (parts_->control) parts_->control->Drain();
  parts_->server->Shutdown(absl::ToChronoTime(absl::Now() + parts_->setup.options->drain_timeout));
}

}  // namespace serin
