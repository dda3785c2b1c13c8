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
#include "serin/error_details.h"
#include "serin/v1/algorithm.pb.h"
#include "serin/v1/dataset.pb.h"
#include "serin/v1/dataset_service.pb.h"
#include "serin/v1/job.pb.h"
#include "serin/v1/model.pb.h"
#include "serin/v1/predict_service.pb.h"
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
  // How long a call may take that sends one message and gets one back. Uploads, ReadRows and
  // WaitForJob, which take as long as there is data or work, have limits of their own or none.
  absl::Duration timeout = absl::Seconds(30);
};

struct UploadOptions {
  // False: the file has no names; the columns become c1, c2, ...
  bool has_header = true;
  // One ASCII character other than a quote or line break.
  char delimiter = ',';
  // Types by column name. Columns that are not listed are inferred.
  std::map<std::string, v1::ColumnType> types;
  // With a string of your own (at most 64 characters) an upload can be repeated safely: the server
  // makes one version of all uploads to a dataset with the same id.
  std::string request_id;
};

struct UploadProgress {
  int64_t sent_bytes = 0;
  // Absent where it is not known: an input that cannot tell its size, such as a pipe.
  std::optional<int64_t> total_bytes;
};
// Called on the caller's thread after each piece.
using UploadProgressFn = std::function<void(const UploadProgress&)>;

struct ReadRowsOptions {
  // In the order wanted; empty means all.
  std::vector<std::string> columns;
  // Rows to skip.
  int64_t offset = 0;
  // At most this many; 0 means all.
  int64_t limit = 0;
};
// Takes a batch of rows; false ends the reading.
using RowBatchFn = std::function<bool(const v1::ReadRowsResponse&)>;

struct WaitOptions {
  // For the whole wait.
  absl::Duration timeout = absl::InfiniteDuration();
  // For how long a server that is away, say because it restarts, is tried again.
  absl::Duration unavailable_timeout = absl::Seconds(30);
};
// Called on the caller's thread with the job as it is now and after each change.
using JobProgressFn = std::function<void(const v1::Job&)>;

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

  // Makes a new version of `dataset` from a CSV file. Returns once it is on disk; after an error,
  // nothing of it is there. NOT_FOUND: the file cannot be opened.
  absl::StatusOr<v1::DatasetVersion> UploadDataset(
      absl::string_view dataset, const std::string& path, const UploadOptions& options = {},
      const UploadProgressFn& progress = nullptr) const;
  // The same from a stream, read to its end. DATA_LOSS: it cannot be read.
  absl::StatusOr<v1::DatasetVersion> UploadDataset(
      absl::string_view dataset, std::istream& file, const UploadOptions& options = {},
      const UploadProgressFn& progress = nullptr) const;

  absl::StatusOr<v1::Dataset> GetDataset(absl::string_view dataset) const;
  absl::StatusOr<std::vector<v1::Dataset>> ListDatasets() const;
  // With all its versions.
  absl::Status DeleteDataset(absl::string_view dataset) const;
  // Without a version in the name: the newest.
  absl::StatusOr<v1::DatasetVersion> GetDatasetVersion(absl::string_view dataset) const;
  // Newest first.
  absl::StatusOr<std::vector<v1::DatasetVersion>> ListDatasetVersions(
      absl::string_view dataset) const;
  // Statistics of each column.
  absl::StatusOr<v1::DatasetProfile> GetProfile(absl::string_view dataset) const;
  // Rows in order, in batches of the server's choice, with one batch in memory at a time.
  absl::Status ReadRows(absl::string_view dataset, const ReadRowsOptions& options,
                        const RowBatchFn& visit) const;

  // --- Training -----------------------------------------------------------------------------

  absl::StatusOr<std::vector<v1::Algorithm>> ListAlgorithms() const;
  // Accepts a training and returns its job at once. `request_id` as in UploadOptions.
  absl::StatusOr<v1::Job> Train(absl::string_view model, const v1::TrainingSpec& spec,
                                absl::string_view request_id = "") const;
  absl::StatusOr<v1::Job> GetJob(absl::string_view job) const;
  // Newest first, at most `limit`.
  absl::StatusOr<std::vector<v1::Job>> ListJobs(int limit = 100) const;
  // Waits until the job has SUCCEEDED, and returns it. The job's own error if it FAILED;
  // CANCELLED if it was; DEADLINE_EXCEEDED if `timeout` passes first. A dropped connection is
  // made again and the watch goes on.
  absl::StatusOr<v1::Job> WaitForJob(absl::string_view job, const JobProgressFn& progress = nullptr,
                                     const WaitOptions& options = {}) const;

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

 private:
  class Connection;
  explicit Client(std::unique_ptr<const Connection> connection);

  std::unique_ptr<const Connection> connection_;
};

}  // namespace serin

#endif  // SERIN_CLIENT_H_
