#include "server/predict/remote_row_sink.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "core/base/errors.h"
#include "core/base/resource_name.h"
#include "core/base/status_macros.h"
#include "core/monitor/log_columns.h"
#include "core/table/schema.h"
#include "core/table/wire.h"
#include "server/rpc/call.h"

namespace serin {
namespace {

constexpr size_t kRowsPerMessage = 1'000;

std::string KeyOf(const RowsToAppend& rows) {
  return absl::StrCat(rows.project, "/", rows.dataset);
}

bool SameAge(const google::protobuf::Duration& a, const google::protobuf::Duration& b) {
  return a.seconds() == b.seconds() && a.nanos() == b.nanos();
}

v1::AppendRowsRequest SpecFor(const RowsToAppend& rows, const v1::Schema& schema) {
  v1::AppendRowsRequest request;
  v1::AppendRowsSpec& spec = *request.mutable_spec();
  spec.set_dataset(rows.dataset);
  *spec.mutable_schema() = schema;
  spec.set_request_id(rows.request_id);
  *spec.mutable_retention()->mutable_max_age() = rows.max_age;
  spec.set_description(rows.description);
  spec.set_row_count(static_cast<int64_t>(rows.end - rows.begin));
  return request;
}

v1::AppendRowsRequest BatchOf(const Table& table, const v1::Schema& schema, size_t begin,
                              size_t end) {
  v1::AppendRowsRequest request;
  v1::RowBatch& batch = *request.mutable_rows();
  batch.set_row_count(static_cast<int32_t>(end - begin));
  for (size_t i = 0; i < table.columns.size(); ++i) {
    v1::Column& column = *batch.add_columns();
    column = ToWire(table.columns[i], begin, end);
    column.set_name(schema.columns(static_cast<int>(i)).name());
  }
  return request;
}

// The dataset's columns, and behind them those that only the rows have.
v1::Schema Joined(v1::Schema dataset, const v1::Schema& rows) {
  for (const v1::ColumnSchema& column : rows.columns()) {
    if (FindColumn(dataset, column.name()) == nullptr) *dataset.add_columns() = column;
  }
  return dataset;
}

}  // namespace

bool WorthRetrying(const absl::Status& error) {
  switch (error.code()) {
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kCancelled:
    case absl::StatusCode::kAborted:
      return true;
    case absl::StatusCode::kResourceExhausted:
      return ReasonOf(error) != "APPEND_OVER_LIMIT";
    default:
      return false;
  }
}

// A call for as long as it lasts: Stop cancels it.
class RemoteRowSink::Call {
 public:
  Call(RemoteRowSink* sink, const std::string& project) : sink_(*sink) {
    SetProject(context_, project);
    context_.set_deadline(absl::ToChronoTime(absl::Now() + sink_.timeout_));
    absl::MutexLock lock(&sink_.mutex_);
    sink_.calls_.insert(&context_);
    if (sink_.stopped_) context_.TryCancel();
  }
  ~Call() {
    absl::MutexLock lock(&sink_.mutex_);
    sink_.calls_.erase(&context_);
  }
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  grpc::ClientContext* context() { return &context_; }

 private:
  RemoteRowSink& sink_;
  grpc::ClientContext context_;
};

void RemoteRowSink::Stop() {
  absl::MutexLock lock(&mutex_);
  stopped_ = true;
  for (grpc::ClientContext* call : calls_) call->TryCancel();
}

absl::Status RemoteRowSink::Append(const RowsToAppend& rows) {
  SERIN_ASSIGN_OR_RETURN(const Known known, Find(rows));
  const v1::Schema wanted = SchemaOf(*rows.table);
  if (rows.keep_names) return Send(rows, wanted, known.schema);
  const absl::Status sent = Send(rows, FitIntoDataset(wanted, known.schema), known.schema);
  if (!absl::IsInvalidArgument(sent)) return sent;
  // Somebody else may have added a column, or made the dataset.
  Forget(rows);
  SERIN_ASSIGN_OR_RETURN(const Known now, Find(rows));
  return Send(rows, FitIntoDataset(wanted, now.schema), now.schema);
}

absl::StatusOr<RemoteRowSink::Known> RemoteRowSink::Find(const RowsToAppend& rows) {
  {
    absl::MutexLock lock(&mutex_);
    const auto found = known_.find(KeyOf(rows));
    if (found != known_.end() && SameAge(found->second.max_age, rows.max_age)) {
      return found->second;
    }
  }
  SERIN_ASSIGN_OR_RETURN(Known known, Ask(rows));
  absl::MutexLock lock(&mutex_);
  known_[KeyOf(rows)] = known;
  return known;
}

absl::StatusOr<RemoteRowSink::Known> RemoteRowSink::Ask(const RowsToAppend& rows) {
  Call call(this, rows.project);
  v1::GetDatasetVersionRequest request;
  request.set_name(DatasetVersionName(rows.dataset, 1));
  v1::DatasetVersion version;
  const grpc::Status status = stub_->GetDatasetVersion(call.context(), request, &version);
  if (status.error_code() == grpc::StatusCode::NOT_FOUND) return Known{{}, rows.max_age};
  if (!status.ok()) return FromGrpc(status);
  SERIN_RETURN_IF_ERROR(KeepFor(rows));
  return Known{version.schema(), rows.max_age};
}

absl::Status RemoteRowSink::KeepFor(const RowsToAppend& rows) {
  Call call(this, rows.project);
  v1::UpdateDatasetRequest request;
  request.mutable_dataset()->set_name(DatasetName(rows.dataset));
  *request.mutable_dataset()->mutable_retention()->mutable_max_age() = rows.max_age;
  request.mutable_update_mask()->add_paths("retention");
  v1::Dataset dataset;
  return FromGrpc(stub_->UpdateDataset(call.context(), request, &dataset));
}

absl::Status RemoteRowSink::Send(const RowsToAppend& rows, const v1::Schema& schema,
                                 const v1::Schema& dataset) {
  Call call(this, rows.project);
  v1::AppendRowsResponse response;
  const auto writer = stub_->AppendRows(call.context(), &response);
  bool open = writer->Write(SpecFor(rows, Joined(dataset, schema)));
  for (size_t begin = rows.begin; open && begin < rows.end; begin += kRowsPerMessage) {
    const size_t end = std::min(rows.end, begin + kRowsPerMessage);
    open = writer->Write(BatchOf(*rows.table, schema, begin, end));
  }
  writer->WritesDone();
  return FromGrpc(writer->Finish());
}

void RemoteRowSink::Forget(const RowsToAppend& rows) {
  absl::MutexLock lock(&mutex_);
  known_.erase(KeyOf(rows));
}

}  // namespace serin
