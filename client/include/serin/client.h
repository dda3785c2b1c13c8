#ifndef SERIN_CLIENT_H_
#define SERIN_CLIENT_H_

#include <cstdint>
#include <functional>
#include <istream>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "serin/datasets.h"
#include "serin/error_details.h"
#include "serin/v1/algorithm.pb.h"
#include "serin/v1/dataset.pb.h"
#include "serin/v1/dataset_service.pb.h"
#include "serin/v1/job.pb.h"
#include "serin/v1/model.pb.h"
#include "serin/v1/model_service.pb.h"
#include "serin/v1/predict_service.pb.h"
#include "serin/v1/schedule.pb.h"
#include "serin/v1/train_service.pb.h"
#include "serin/values.h"

namespace serin {

// How the server proves that it is who it should be.
struct TlsOptions {
  // A file with the certificates, in PEM, of those who may vouch for the server's, or that itself.
  // Empty: those that the system trusts. Read by Connect.
  std::string ca_file;
  // What the server's certificate has to be for. Empty: the host in `server`.
  std::string server_name;
};

struct ClientOptions {
  // HOST:PORT of the server's public port, or unix:PATH.
  std::string server = "127.0.0.1:8500";
  // Absent: without TLS.
  std::optional<TlsOptions> tls;
  // Whose datasets and models the calls are about. Empty: the server's default project.
  std::string project;
  // How long a call may take that sends one message and gets one back. Calls that take as long as
  // there is data or work (those that stream, TransformDataset, WaitForJob) have limits of their
  // own or none.
  absl::Duration timeout = absl::Seconds(30);
};

struct WaitOptions {
  // For the whole wait.
  absl::Duration timeout = absl::InfiniteDuration();
  // For how long a server that is away, say because it restarts, is tried again.
  absl::Duration unavailable_timeout = absl::Seconds(30);
};
// Called on the caller's thread with the job as it is now and after each change.
using JobProgressFn = std::function<void(const v1::Job&)>;

// Takes the next bytes of a model file; false: no more are wanted.
using ModelPieceFn = std::function<bool(absl::string_view piece)>;

// The next request of a stream; none: that was the last.
using PredictRequestFn = std::function<absl::StatusOr<std::optional<v1::PredictRequest>>()>;
// Takes the next answer of a stream; an error ends it.
using PredictResponseFn = std::function<absl::Status(const v1::PredictResponse&)>;

// A Serin server, as a program sees it.
//
//   absl::StatusOr<serin::Client> client = serin::Client::Connect({.server = "127.0.0.1:8500"});
//   if (!client.ok()) return client.status();
//   auto answer = client->Predict("iris", {serin::MakeRow({{"petal_length", 1.4}, ...})});
//
// Datasets and models are named as everywhere in Serin: `iris` or `datasets/iris`, with a version
// `iris@3`, with an alias (models only) `iris@champion`.
//
// Every error has the server's code and message; DetailsOf(error) has the rest of what it said.
// UNAVAILABLE: no server answers, it starts or stops, or TLS with it fails. DEADLINE_EXCEEDED: see
// `timeout`. The methods of the services' protos name the other codes. Nothing is retried behind
// the caller's back but the watch of WaitForJob.
//
// Thread-safe; all calls share one connection. Movable; a moved-from client may only be destroyed.
class Client {
 public:
  // Does not wait for the server: whether it answers is known by the first call.
  // INVALID_ARGUMENT: `server` is empty or a URL, `project` is no name, or `ca_file` has no
  // certificate. NOT_FOUND: it cannot be read.
  static absl::StatusOr<Client> Connect(const ClientOptions& options = {});

  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;
  ~Client();

  // --- Datasets -----------------------------------------------------------------------------

  // Makes a new version of `dataset` from a file. Returns once it is on disk; after an error,
  // nothing of it is there. NOT_FOUND: the file cannot be opened. FAILED_PRECONDITION: it is a
  // directory.
  absl::StatusOr<v1::DatasetVersion> UploadDataset(
      absl::string_view dataset, const std::string& path, const UploadOptions& options = {},
      const TransferProgressFn& progress = nullptr) const;
  // The same from a stream, read to its end. DATA_LOSS: it cannot be read.
  absl::StatusOr<v1::DatasetVersion> UploadDataset(
      absl::string_view dataset, std::istream& file, const UploadOptions& options = {},
      const TransferProgressFn& progress = nullptr) const;
  // Appends rows to a live dataset, made if it is new: all of them or, after an error, none.
  // At most 1,000,000 rows and 64 MiB, in batches of at most 4 MiB.
  absl::StatusOr<v1::AppendRowsResponse> AppendRows(absl::string_view dataset,
                                                    const std::vector<v1::RowBatch>& batches,
                                                    const AppendOptions& options = {}) const;
  // Makes a new version by applying `steps`, in order, to `source`.
  absl::StatusOr<v1::DatasetVersion> TransformDataset(absl::string_view source,
                                                      const std::vector<v1::TransformStep>& steps,
                                                      const TransformOptions& options = {}) const;

  absl::StatusOr<v1::Dataset> GetDataset(absl::string_view dataset) const;
  // In order of their names.
  absl::StatusOr<std::vector<v1::Dataset>> ListDatasets(
      const ListDatasetsOptions& options = {}) const;
  // One page, for callers that show pages themselves.
  absl::StatusOr<v1::ListDatasetsResponse> ListDatasets(
      const v1::ListDatasetsRequest& request) const;
  absl::StatusOr<v1::Dataset> UpdateDataset(absl::string_view dataset,
                                            const DatasetUpdate& update) const;
  // With all its versions.
  absl::Status DeleteDataset(absl::string_view dataset) const;
  // The dataset goes with its last version.
  absl::Status DeleteDatasetVersion(absl::string_view version) const;
  // Without a version in the name: the newest.
  absl::StatusOr<v1::DatasetVersion> GetDatasetVersion(absl::string_view dataset) const;
  // Newest first.
  absl::StatusOr<std::vector<v1::DatasetVersion>> ListDatasetVersions(
      absl::string_view dataset) const;
  // Statistics of each column; with a target, also how strongly each is associated with it.
  absl::StatusOr<v1::DatasetProfile> GetProfile(absl::string_view dataset,
                                                absl::string_view target = "") const;
  // Rows in order, in batches of the server's choice, with one batch in memory at a time.
  absl::Status ReadRows(absl::string_view dataset, const ReadRowsOptions& options,
                        const RowBatchFn& visit) const;
  // Answers one SELECT over the project's datasets, named `iris` or `"iris@3"`. `visit` is called
  // at least once where the query succeeds, so that the columns are known also of no rows.
  absl::Status QueryDatasets(absl::string_view sql, const QueryOptions& options,
                             const QueryBatchFn& visit) const;
  // The file as it was uploaded, or its rows written anew. DATA_LOSS, after the last piece: the
  // bytes do not have the checksum of the upload.
  absl::Status DownloadDataset(absl::string_view dataset, const DownloadOptions& options,
                               const DownloadFn& take) const;
  // The same into a file, which is there, or replaced, once it is whole. `progress` may be null.
  // FAILED_PRECONDITION: there is a directory or a device.
  absl::Status DownloadDatasetToFile(absl::string_view dataset, const std::string& path,
                                     const DownloadOptions& options = {},
                                     const TransferProgressFn& progress = nullptr) const;

  // --- Training -----------------------------------------------------------------------------

  absl::StatusOr<std::vector<v1::Algorithm>> ListAlgorithms() const;
  // Accepts a training and returns its job at once. `request_id` as in UploadOptions.
  absl::StatusOr<v1::Job> Train(absl::string_view model, const v1::TrainingSpec& spec,
                                absl::string_view request_id = "") const;
  // The same for a request made elsewhere.
  absl::StatusOr<v1::Job> Train(const v1::TrainRequest& request) const;
  // What Train would make of the specification: all of it spelled out, the preprocessing too.
  absl::StatusOr<v1::TrainingSpec> ResolveTraining(const v1::TrainingSpec& spec) const;
  absl::StatusOr<v1::Job> GetJob(absl::string_view job) const;
  // Newest first, at most `limit`; with a parent, models/{model} or schedules/{schedule}, its own.
  absl::StatusOr<std::vector<v1::Job>> ListJobs(int limit = 100,
                                                absl::string_view parent = "") const;
  // Ends a job; nothing changes of one that has ended. `keep_best`: of a search, which then goes on
  // with the best that it has found.
  absl::StatusOr<v1::Job> CancelJob(absl::string_view job, bool keep_best = false) const;
  // Trains a version again, to see whether it becomes the same; the answer is in the job's
  // `verification` once it has SUCCEEDED. `request_id` as in UploadOptions.
  absl::StatusOr<v1::Job> VerifyModelVersion(absl::string_view version,
                                             absl::string_view request_id = "") const;
  // Waits until the job has SUCCEEDED, and returns it. The job's own error if it FAILED;
  // CANCELLED if it was; DEADLINE_EXCEEDED if `timeout` passes first. A dropped connection is
  // made again and the watch goes on.
  absl::StatusOr<v1::Job> WaitForJob(absl::string_view job, const JobProgressFn& progress = nullptr,
                                     const WaitOptions& options = {}) const;

  // --- Schedules ----------------------------------------------------------------------------

  // `schedule` has the model, the specification, the trigger and what else there is to choose.
  // `request_id` as in UploadOptions.
  absl::StatusOr<v1::Schedule> CreateSchedule(absl::string_view id, const v1::Schedule& schedule,
                                              absl::string_view request_id = "") const;
  absl::StatusOr<v1::Schedule> GetSchedule(absl::string_view schedule) const;
  // In order of their names.
  absl::StatusOr<std::vector<v1::Schedule>> ListSchedules() const;
  // Changes these fields of the one that `schedule` names: of spec, cron, new_version, overlap,
  // catch_up, promotion, priority.
  absl::StatusOr<v1::Schedule> UpdateSchedule(const v1::Schedule& schedule,
                                              const std::vector<std::string>& fields) const;
  absl::StatusOr<v1::Schedule> PauseSchedule(absl::string_view schedule) const;
  absl::StatusOr<v1::Schedule> ResumeSchedule(absl::string_view schedule) const;
  // Runs it now, once. Where it queues behind a job that runs: that job. `request_id` as in
  // UploadOptions.
  absl::StatusOr<v1::Job> RunSchedule(absl::string_view schedule,
                                      absl::string_view request_id = "") const;
  // Jobs that it has made stay as they are.
  absl::Status DeleteSchedule(absl::string_view schedule) const;

  // --- Models -------------------------------------------------------------------------------

  absl::StatusOr<v1::Model> GetModel(absl::string_view model) const;
  absl::StatusOr<std::vector<v1::Model>> ListModels() const;
  // With all its versions, its traffic and its aliases.
  absl::Status DeleteModel(absl::string_view model) const;
  // By number or alias: `iris@2`, `iris@champion`.
  absl::StatusOr<v1::ModelVersion> GetModelVersion(absl::string_view version) const;
  // Newest first.
  absl::StatusOr<std::vector<v1::ModelVersion>> ListModelVersions(absl::string_view model) const;
  absl::Status DeleteModelVersion(absl::string_view version) const;
  // Percentages by version, adding up to 100; versions not listed take none. `shadows`: percentages
  // of predictions by the version that gets copies of them. Replaces the setting before; when it
  // returns OK, all connected proxies act on it.
  absl::StatusOr<v1::Model> SetTraffic(absl::string_view model,
                                       const std::map<int32_t, int32_t>& weights,
                                       const std::map<int32_t, int32_t>& shadows = {}) const;
  absl::StatusOr<v1::Model> SetAlias(absl::string_view model, absl::string_view alias,
                                     int32_t version) const;
  absl::StatusOr<v1::Model> RemoveAlias(absl::string_view model, absl::string_view alias) const;
  // Makes a version of a model file that Serin, XGBoost or another program has written. NOT_FOUND:
  // the file cannot be opened. FAILED_PRECONDITION: it is a directory.
  absl::StatusOr<v1::ModelVersion> ImportModel(const v1::ImportSpec& spec, const std::string& path,
                                               const TransferProgressFn& progress = nullptr) const;
  // The file of a version, piece by piece.
  absl::Status ExportModel(absl::string_view version, v1::ModelFormat format,
                           const ModelPieceFn& take) const;
  // The same into a file, which is there, or replaced, once it is whole. FAILED_PRECONDITION: there
  // is a directory or a device.
  absl::Status ExportModelToFile(absl::string_view version, v1::ModelFormat format,
                                 const std::string& path) const;

  // How far what a version is asked, and answers, has moved from its training, over the last one to
  // two hours.
  absl::StatusOr<v1::Drift> GetDrift(absl::string_view version) const;
  // What each predictor has of a model in memory, and why not the rest.
  absl::StatusOr<v1::ListReplicaVersionsResponse> ListReplicaVersions(
      absl::string_view model) const;

  // --- Predictions --------------------------------------------------------------------------

  // Predicts for rows by feature name. `model` may name a version or alias; else traffic picks one,
  // the same for every call with the same `key`. All rows are answered or none.
  absl::StatusOr<v1::PredictResponse> Predict(absl::string_view model, std::vector<v1::Row> rows,
                                              absl::string_view key = "") const;
  // The same for columns of packed values: less work for both sides where there are many rows.
  absl::StatusOr<v1::PredictResponse> PredictColumns(absl::string_view model,
                                                     std::vector<v1::Column> columns,
                                                     absl::string_view key = "") const;
  // The same for a request made elsewhere.
  absl::StatusOr<v1::PredictResponse> Predict(const v1::PredictRequest& request) const;
  // Many requests over one stream, all answered by one version. `next` is called on a thread of its
  // own, as fast as the server takes requests; `visit` on the caller's, with the answers in the
  // order of the requests. Returns when all are answered, or with the first error: the server's,
  // for which those before it were answered, or that of either function.
  absl::Status PredictStream(const PredictRequestFn& next, const PredictResponseFn& visit) const;
  // Which feature moved each prediction, and how far; of at most 1,000 rows.
  absl::StatusOr<v1::ExplainResponse> Explain(const v1::ExplainRequest& request) const;
  // Predicts for all rows of a dataset, into another. Accepts it and returns its job at once, for
  // WaitForJob and CancelJob.
  absl::StatusOr<v1::Job> BatchPredict(const v1::BatchPredictRequest& request) const;

  // --- The prediction log -------------------------------------------------------------------

  // From now on predictions of the model are kept as `log` says; replaces the setting before.
  absl::StatusOr<v1::Model> SetPredictionLog(absl::string_view model,
                                             const v1::PredictionLog& log) const;
  // None are kept any more. Those that were stay.
  absl::StatusOr<v1::Model> RemovePredictionLog(absl::string_view model) const;
  // Says what was true, for predictions made earlier or logged later. How many labels are on disk
  // then; after an error, those before the one at fault may be, and may be said again.
  absl::StatusOr<int64_t> RecordFeedback(absl::string_view model,
                                         const std::vector<v1::Feedback>& labels) const;
  // Logged predictions with the labels known by now, newest first.
  absl::StatusOr<std::vector<v1::LoggedPrediction>> ListPredictions(
      const v1::ListPredictionsRequest& request) const;

 private:
  class Connection;
  explicit Client(std::unique_ptr<const Connection> connection);

  std::unique_ptr<const Connection> connection_;
};

}  // namespace serin

#endif  // SERIN_CLIENT_H_
