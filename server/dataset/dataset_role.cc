#include "server/dataset/dataset_role.h"

#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include <functional>
#include <string>
#include <utility>

#include "core/base/errors.h"
#include "core/base/resource_name.h"
#include "core/base/status_macros.h"
#include "core/base/work_pool.h"
#include "serin/v1/dataset_service.grpc.pb.h"
#include "server/dataset/dataset_catalog.h"
#include "server/dataset/dataset_queries.h"
#include "server/dataset/dataset_update.h"
#include "server/dataset/live_maintenance.h"
#include "server/dataset/live_metrics.h"
#include "server/dataset/live_profiles.h"
#include "server/dataset/profile_call.h"
#include "server/dataset/query_call.h"
#include "server/dataset/streams.h"
#include "server/dataset/transform_call.h"
#include "server/rpc/call.h"
#include "server/rpc/log.h"
#include "server/rpc/step_thread.h"

namespace serin {
namespace {

prometheus::Gauge& BytesGauge(prometheus::Registry& registry) {
  return prometheus::BuildGauge()
      .Name("serin_dataset_bytes")
      .Help("Size of the uploaded files of all dataset versions that exist.")
      .Register(registry)
      .Add({});
}

// How soon what was appended is merged, what is too old dropped, and free space given back.
constexpr absl::Duration kMaintenanceInterval = absl::Seconds(1);

}  // namespace

class DatasetRole::Impl final : public v1::DatasetService::CallbackService {
 public:
  using Context = grpc::CallbackServerContext;

  Impl(Store* store, const Clock* clock, IdGenerator* ids, prometheus::Registry* registry,
       const DatasetOptions& options)
      : options_(options),
        catalog_(store, clock, ids, &BytesGauge(*registry)),
        live_metrics_(registry),
        live_datasets_(&catalog_, clock, &live_metrics_),
        live_maintenance_(&catalog_, clock, &live_metrics_),
        queries_(store, clock, options.query),
        long_pool_(options.threads),
        pool_(options.threads) {}

  absl::Status Recover() {
    SERIN_RETURN_IF_ERROR(catalog_.Recover());
    maintenance_thread_.Start();
    return absl::OkStatus();
  }

  grpc::ServerReadReactor<v1::UploadDatasetRequest>* UploadDataset(
      Context* context, v1::DatasetVersion* response) override {
    absl::StatusOr<std::string> project = ProjectOf(*context);
    if (!project.ok()) {
      return FinishWithError<grpc::ServerReadReactor<v1::UploadDatasetRequest>>(project.status());
    }
    return ReceiveUpload(context, *std::move(project), &catalog_, options_, &pool_, &long_pool_,
                         response);
  }

  grpc::ServerReadReactor<v1::AppendRowsRequest>* AppendRows(
      Context* context, v1::AppendRowsResponse* response) override {
    absl::StatusOr<std::string> project = ProjectOf(*context);
    if (!project.ok()) {
      return FinishWithError<grpc::ServerReadReactor<v1::AppendRowsRequest>>(project.status());
    }
    return ReceiveAppend(context, *std::move(project), &live_datasets_, &append_budget_,
                         options_.append_limits, &pool_, response);
  }

  grpc::ServerUnaryReactor* GetDataset(Context* context, const v1::GetDatasetRequest* request,
                                       v1::Dataset* response) override {
    return Answer(context, *request, response, &serin::GetDataset);
  }

  grpc::ServerUnaryReactor* ListDatasets(Context* context, const v1::ListDatasetsRequest* request,
                                         v1::ListDatasetsResponse* response) override {
    return Answer(context, *request, response, &serin::ListDatasets);
  }

  // On the pool: it waits for the disk, and for others who change datasets.
  grpc::ServerUnaryReactor* UpdateDataset(Context* context, const v1::UpdateDatasetRequest* request,
                                          v1::Dataset* response) override {
    return AnswerOn(pool_, context, [this, request, response](const std::string& project) {
      SERIN_ASSIGN_OR_RETURN(*response, serin::UpdateDataset(catalog_, project, *request));
      return absl::OkStatus();
    });
  }

  grpc::ServerUnaryReactor* DeleteDataset(Context* context, const v1::DeleteDatasetRequest* request,
                                          google::protobuf::Empty*) override {
    return AnswerDeletion(context, [this, name = request->name()](const std::string& project) {
      return Delete(project, name);
    });
  }

  grpc::ServerUnaryReactor* DeleteDatasetVersion(Context* context,
                                                 const v1::DeleteDatasetVersionRequest* request,
                                                 google::protobuf::Empty*) override {
    return AnswerDeletion(context, [this, name = request->name()](const std::string& project) {
      return DeleteVersion(project, name);
    });
  }

  grpc::ServerUnaryReactor* GetDatasetVersion(Context* context,
                                              const v1::GetDatasetVersionRequest* request,
                                              v1::DatasetVersion* response) override {
    return Answer(context, *request, response, &serin::GetDatasetVersion);
  }

  grpc::ServerUnaryReactor* ListDatasetVersions(
      Context* context, const v1::ListDatasetVersionsRequest* request,
      v1::ListDatasetVersionsResponse* response) override {
    return Answer(context, *request, response, &serin::ListDatasetVersions);
  }

  grpc::ServerWriteReactor<v1::ReadRowsResponse>* ReadRows(
      Context* context, const v1::ReadRowsRequest* request) override {
    absl::StatusOr<std::string> project = ProjectOf(*context);
    if (!project.ok()) {
      return FinishWithError<grpc::ServerWriteReactor<v1::ReadRowsResponse>>(project.status());
    }
    return SendRows(*std::move(project), &catalog_, *request, &pool_);
  }

  // On a pool of its own, as it may take long: uploads and reading go on beside it.
  grpc::ServerUnaryReactor* TransformDataset(Context* context,
                                             const v1::TransformDatasetRequest* request,
                                             v1::DatasetVersion* response) override {
    const auto transform = [this, context, request, response](const std::string& project) {
      SERIN_ASSIGN_OR_RETURN(*response, serin::TransformDataset(
                                            &catalog_, project, *request, options_.transform_limits,
                                            [context] { return context->IsCancelled(); }));
      return absl::OkStatus();
    };
    return AnswerOn(transformations_, context, transform);
  }

  grpc::ServerWriteReactor<v1::DownloadDatasetResponse>* DownloadDataset(
      Context* context, const v1::DownloadDatasetRequest* request) override {
    absl::StatusOr<std::string> project = ProjectOf(*context);
    if (!project.ok()) {
      return FinishWithError<grpc::ServerWriteReactor<v1::DownloadDatasetResponse>>(
          project.status());
    }
    return SendFile(*std::move(project), &catalog_, *request, &pool_);
  }

  // Of a live dataset, and for a target, it reads rows.
  grpc::ServerUnaryReactor* GetProfile(Context* context, const v1::GetProfileRequest* request,
                                       v1::DatasetProfile* response) override {
    const auto profile = [this, context, request, response](const std::string& project) {
      SERIN_ASSIGN_OR_RETURN(*response,
                             ProfileVersion(catalog_.store(), live_profiles_, project, *request,
                                            [context] { return context->IsCancelled(); }));
      return absl::OkStatus();
    };
    return AnswerOn(long_pool_, context, profile);
  }

  grpc::ServerWriteReactor<v1::QueryDatasetsResponse>* QueryDatasets(
      Context* context, const v1::QueryDatasetsRequest* request) override {
    absl::StatusOr<std::string> project = ProjectOf(*context);
    if (!project.ok()) {
      return FinishWithError<grpc::ServerWriteReactor<v1::QueryDatasetsResponse>>(project.status());
    }
    return queries_.Answer(*std::move(project), *request);
  }

 private:
  template <typename Request, typename Response>
  using Query = absl::StatusOr<Response> (*)(const StoreReader&, absl::string_view project,
                                             const Request&);

  template <typename Request, typename Response>
  grpc::ServerUnaryReactor* Answer(Context* context, const Request& request, Response* response,
                                   Query<Request, Response> query) {
    const absl::StatusOr<std::string> project = ProjectOf(*context);
    if (!project.ok()) return Finish(context, project.status());
    return Finish(context, response, query(catalog_.store(), *project, request));
  }

  using Work = std::function<absl::Status(const std::string& project)>;

  // Answers with what `work` says, which may take long.
  static grpc::ServerUnaryReactor* AnswerOn(WorkPool& pool, Context* context, Work work) {
    grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
    pool.Run([reactor, project = ProjectOf(*context), work = std::move(work)] {
      reactor->Finish(ToGrpc(project.ok() ? work(*project) : project.status()));
    });
    return reactor;
  }

  using Deletion = std::function<absl::Status(const std::string& project)>;

  // It removes all rows before it answers. The disk shrinks later.
  grpc::ServerUnaryReactor* AnswerDeletion(Context* context, Deletion deletion) {
    return AnswerOn(long_pool_, context,
                    [this, deletion = std::move(deletion)](const std::string& project) {
                      const absl::Status deleted = deletion(project);
                      maintenance_thread_.Wake();
                      return deleted;
                    });
  }

  absl::Status Delete(const std::string& project, const std::string& name) {
    SERIN_ASSIGN_OR_RETURN(const std::string dataset, ParseDatasetName("name", name));
    return catalog_.DeleteDataset(project, dataset);
  }

  absl::Status DeleteVersion(const std::string& project, const std::string& name) {
    SERIN_ASSIGN_OR_RETURN(const VersionedRef ref, ParseDatasetRef("name", name));
    if (ref.names_version()) return catalog_.DeleteVersion(project, ref.id, ref.version);
    return InvalidField("name", "must name a version, as in datasets/iris/versions/3");
  }

  // Deletions, uploads that failed, crashes and retention leave space to be given back. That may
  // take long, so live datasets do not wait for it.
  void Maintain() {
    if (catalog_.HasSpaceToReclaim()) {
      reclaiming_.Run([this] { catalog_.ReclaimSpace(); });
    }
    MaintainLiveDatasets();
  }

  // An error is tried again with the next step, and logged when it is a new one.
  void MaintainLiveDatasets() {
    absl::StatusOr<bool> more = true;
    while (more.ok() && *more) more = live_maintenance_.Step();
    if (!more.ok() && more.status() != maintenance_error_) {
      LogEvent(LogLevel::kError, "live_maintenance_failed",
               {{"error", more.status().ToString(absl::StatusToStringMode::kWithNoExtraData)}});
    }
    maintenance_error_ = more.status();
  }

  const DatasetOptions options_;
  DatasetCatalog catalog_;
  LiveMetrics live_metrics_;
  LiveDatasets live_datasets_;
  LiveMaintenance live_maintenance_;
  absl::Status maintenance_error_;  // Of the last step.
  LiveProfiles live_profiles_;
  AppendBudget append_budget_{options_.append_limits.max_open_bytes};
  // Last: their tasks use the rest.
  WorkPool transformations_{1};
  QueryService queries_;
  WorkPool reclaiming_{1};
  StepThread maintenance_thread_{[this] { Maintain(); }, kMaintenanceInterval};
  // For what takes long in one go, so that all that goes on message by message, on the other, need
  // not wait for it.
  WorkPool long_pool_;
  WorkPool pool_;
};

DatasetRole::DatasetRole(Store* store, const Clock* clock, IdGenerator* ids,
                         prometheus::Registry* registry, const DatasetOptions& options)
    : impl_(std::make_unique<Impl>(store, clock, ids, registry, options)) {}

DatasetRole::~DatasetRole() = default;

absl::Status DatasetRole::Recover() { return impl_->Recover(); }

grpc::Service* DatasetRole::service() { return impl_.get(); }

}  // namespace serin
