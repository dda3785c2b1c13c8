#ifndef SERIN_TESTS_UNIT_SERVER_WORKER_FAKE_ROLES_H_
#define SERIN_TESTS_UNIT_SERVER_WORKER_FAKE_ROLES_H_

#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <atomic>
#include <limits>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "core/base/clock.h"
#include "core/table/schema.h"
#include "core/table/table.h"
#include "core/table/wire.h"
#include "serin/internal/v1/worker_service.grpc.pb.h"
#include "serin/v1/dataset_service.grpc.pb.h"
#include "server/rpc/call.h"

// Control and dataset as a worker sees them, in this process.

namespace serin {

// A dataset with one version. Set it up before the first call; look at it after the last.
class FakeDataset final : public v1::DatasetService::Service {
 public:
  Table table;
  int64_t batch_rows = 40;
  int unavailable_calls = 0;  // So many calls of ReadRows break off after one batch.
  bool deleted = false;
  absl::Time create_time = absl::FromUnixSeconds(1'000'000);
  // After so many calls of ReadRows it is another one of the same name, made an hour later.
  int made_again_after_reads = std::numeric_limits<int>::max();

  std::vector<std::string> columns_read;
  std::string project;

  // What AppendRows has taken, by request; and how its next calls end: those that end in an error
  // have appended all the same.
  struct Appended {
    v1::AppendRowsSpec spec;
    std::vector<v1::RowBatch> rows;
  };
  std::vector<Appended> appended;
  std::vector<grpc::Status> append_ends;
  int64_t output_rows = 0;            // That the output had before all of these.
  std::string output_deleted_before;  // Of this request nothing is there of those before.

  grpc::Status GetDatasetVersion(grpc::ServerContext*, const v1::GetDatasetVersionRequest* request,
                                 v1::DatasetVersion* version) override {
    if (deleted) return {grpc::StatusCode::NOT_FOUND, request->name() + " does not exist"};
    version->set_name(request->name());
    version->set_row_count(static_cast<int64_t>(table.row_count()));
    version->set_source_sha256("0123");
    const bool other = reads_ >= made_again_after_reads;
    *version->mutable_create_time() = ToProto(other ? create_time + absl::Hours(1) : create_time);
    *version->mutable_schema() = SchemaOf(table);
    return grpc::Status::OK;
  }

  grpc::Status ReadRows(grpc::ServerContext* context, const v1::ReadRowsRequest* request,
                        grpc::ServerWriter<v1::ReadRowsResponse>* writer) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    ++reads_;
    project = std::string(MetadataOf(*context, kProjectKey));
    columns_read.assign(request->columns().begin(), request->columns().end());
    auto rows = static_cast<int64_t>(table.row_count());
    if (request->limit() > 0) rows = std::min(rows, request->offset() + request->limit());
    for (int64_t begin = request->offset(); begin < rows; begin += batch_rows) {
      if (begin > request->offset() && unavailable_calls > 0) {
        --unavailable_calls;
        return {grpc::StatusCode::UNAVAILABLE, "restarting"};
      }
      writer->Write(Batch(begin, std::min(rows, begin + batch_rows)));
    }
    return grpc::Status::OK;
  }

  grpc::Status AppendRows(grpc::ServerContext*, grpc::ServerReader<v1::AppendRowsRequest>* reader,
                          v1::AppendRowsResponse* response) override {
    v1::AppendRowsRequest request;
    Appended one;
    while (reader->Read(&request)) {
      if (request.has_spec()) {
        one.spec = request.spec();
      } else {
        one.rows.push_back(request.rows());
      }
    }
    const std::lock_guard<std::mutex> lock(mutex_);
    if (output_deleted_before == one.spec.request_id()) appended.clear();
    int64_t first_row = output_rows;
    const auto known = std::find_if(appended.begin(), appended.end(), [&](const Appended& other) {
      const bool same = other.spec.request_id() == one.spec.request_id();
      if (!same) first_row += other.spec.row_count();
      return same;
    });
    response->set_first_row(first_row);
    if (known == appended.end()) appended.push_back(std::move(one));
    if (append_ends.empty()) return grpc::Status::OK;
    const grpc::Status end = append_ends.front();
    append_ends.erase(append_ends.begin());
    return end;
  }

 private:
  v1::ReadRowsResponse Batch(int64_t begin, int64_t end) const {
    v1::ReadRowsResponse batch;
    batch.set_first_row(begin);
    batch.set_row_count(static_cast<int32_t>(end - begin));
    for (const std::string& name : columns_read) {
      for (const ColumnData& column : table.columns) {
        if (column.name == name) *batch.add_columns() = ToWire(column, begin, end);
      }
    }
    return batch;
  }

  std::atomic<int> reads_ = 0;
  std::mutex mutex_;
};

// Hands out one assignment and keeps what comes back.
class FakeControl final : public internal::v1::WorkerService::Service {
 public:
  internal::v1::Assignment assignment;
  std::string registered;  // The bundle of any version; empty: there is none.
  bool unavailable = false;
  bool bundles_unavailable = false;   // Those that are registered.
  std::string finish_stage;           // Progress of this stage is answered with finish_search.
  std::string aborted_stage;          // Progress of this stage is answered with ABORTED.
  std::vector<grpc::Status> answers;  // To the first calls of CompleteJob; then OK.

  std::vector<v1::JobProgress> progress;
  std::vector<v1::Leaderboard> leaderboards;
  std::vector<std::string> warnings;
  internal::v1::CompleteJobRequest head;  // Of the last bundle.
  std::vector<v1::Verification> verifications;
  std::vector<std::string> bundles;  // One per call of CompleteJob.
  std::vector<google::rpc::Status> errors;
  internal::v1::Attempt attempt;

  grpc::Status GetAssignment(grpc::ServerContext*,
                             const internal::v1::GetAssignmentRequest* request,
                             internal::v1::Assignment* response) override {
    if (unavailable) return Unavailable();
    attempt = request->attempt();
    *response = assignment;
    return grpc::Status::OK;
  }

  grpc::Status ReportProgress(grpc::ServerContext*,
                              const internal::v1::ReportProgressRequest* request,
                              internal::v1::ReportProgressResponse* response) override {
    if (!request->has_progress()) return grpc::Status::OK;  // A heartbeat, at any time.
    progress.push_back(request->progress());
    if (request->has_leaderboard()) leaderboards.push_back(request->leaderboard());
    if (!request->warnings().empty()) {
      warnings.assign(request->warnings().begin(), request->warnings().end());
    }
    response->set_finish_search(request->progress().stage() == finish_stage);
    if (request->progress().stage() != aborted_stage) return grpc::Status::OK;
    return {grpc::StatusCode::ABORTED, "attempt 2 has begun"};
  }

  grpc::Status CompleteJob(grpc::ServerContext*,
                           grpc::ServerReader<internal::v1::CompleteJobRequest>* reader,
                           google::protobuf::Empty*) override {
    internal::v1::CompleteJobRequest request;
    std::string bundle;
    while (reader->Read(&request)) {
      if (request.has_attempt()) head = request;
      bundle += request.chunk();
    }
    bundles.push_back(bundle);
    if (bundles.size() > answers.size()) return grpc::Status::OK;
    return answers[bundles.size() - 1];
  }

  // In two pieces.
  grpc::Status ReadBundle(grpc::ServerContext*, const internal::v1::ReadBundleRequest* request,
                          grpc::ServerWriter<internal::v1::ReadBundleResponse>* writer) override {
    if (bundles_unavailable) return Unavailable();
    if (registered.empty()) {
      return {grpc::StatusCode::NOT_FOUND, request->model_version() + " does not exist"};
    }
    internal::v1::ReadBundleResponse response;
    response.set_chunk(registered.substr(0, 10));
    writer->Write(response);
    response.set_chunk(registered.substr(10));
    writer->Write(response);
    return grpc::Status::OK;
  }

  grpc::Status CompleteVerification(grpc::ServerContext*,
                                    const internal::v1::CompleteVerificationRequest* request,
                                    google::protobuf::Empty*) override {
    verifications.push_back(request->verification());
    return grpc::Status::OK;
  }

  grpc::Status FailJob(grpc::ServerContext*, const internal::v1::FailJobRequest* request,
                       google::protobuf::Empty*) override {
    if (unavailable) return Unavailable();
    errors.push_back(request->error());
    return grpc::Status::OK;
  }

 private:
  static grpc::Status Unavailable() { return {grpc::StatusCode::UNAVAILABLE, "stopping"}; }
};

// A server in this process for one of them.
class InProcessServer {
 public:
  explicit InProcessServer(grpc::Service* service) {
    grpc::ServerBuilder builder;
    builder.RegisterService(service);
    server_ = builder.BuildAndStart();
    channel_ = server_->InProcessChannel({});
  }

  const std::shared_ptr<grpc::Channel>& channel() const { return channel_; }

 private:
  std::unique_ptr<grpc::Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
};

}  // namespace serin

#endif  // SERIN_TESTS_UNIT_SERVER_WORKER_FAKE_ROLES_H_
