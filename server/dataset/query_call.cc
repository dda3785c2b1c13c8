#include "server/dataset/query_call.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/resource_name.h"
#include "core/base/status_macros.h"
#include "core/table/wire.h"
#include "server/dataset/stored_table.h"
#include "server/rpc/status.h"

namespace serin {
namespace {

QueryParameterValue ValueOf(const v1::QueryParameter& parameter) {
  switch (parameter.value_case()) {
    case v1::QueryParameter::kNumber:
      return parameter.number();
    case v1::QueryParameter::kInteger:
      return int64_t{parameter.integer()};
    case v1::QueryParameter::kText:
      return parameter.text();
    case v1::QueryParameter::kBoolean:
      return int64_t{parameter.boolean() ? 1 : 0};
    default:
      return std::monostate();
  }
}

QueryStatement StatementOf(const v1::QueryDatasetsRequest& request) {
  QueryStatement statement{.sql = request.sql()};
  for (const v1::QueryParameter& parameter : request.parameters()) {
    statement.parameters.push_back(ValueOf(parameter));
  }
  return statement;
}

v1::QueryDatasetsResponse ToResponse(const v1::Schema& schema, const TableBatch* batch) {
  v1::QueryDatasetsResponse response;
  *response.mutable_schema() = schema;
  if (batch == nullptr) return response;
  response.set_row_count(static_cast<int32_t>(batch->row_count));
  for (const ColumnData& column : batch->table.columns) {
    *response.add_columns() = ToWire(column, 0, column.size());
  }
  return response;
}

}  // namespace

// At any time one write, or one task on the pool, is outstanding, never both; so the members but
// `cancelled_` need no lock. Finish is called by the last of them and nothing is touched after it.
class QueryService::Call final : public grpc::ServerWriteReactor<v1::QueryDatasetsResponse> {
 public:
  Call(QueryService* service, std::string project, const v1::QueryDatasetsRequest& request)
      : service_(service), project_(std::move(project)), request_(request) {
    const int open = service_->open_.fetch_add(1);
    if (open >= service_->options_.max_open) {
      Finish(ToGrpc(WithRetryDelay(
          absl::ResourceExhaustedError(absl::StrCat(open, " queries are open already")),
          absl::Seconds(1))));
      return;
    }
    service_->pool_.Run([this] { SendFirst(); });
  }

  ~Call() override { service_->open_.fetch_sub(1); }

  void OnWriteDone(bool ok) override {
    if (!ok) return Finish(grpc::Status(grpc::StatusCode::CANCELLED, "the caller has gone away"));
    service_->pool_.Run([this] { SendNext(); });
  }

  void OnCancel() override { cancelled_ = true; }
  void OnDone() override { delete this; }

 private:
  void SendFirst() {
    auto query = Start();
    if (!query.ok()) return Finish(ToGrpc(query.status()));
    query_ = *std::move(query);
    SendNext();
  }

  absl::StatusOr<std::unique_ptr<Query>> Start() {
    QueryLimits limits = service_->options_.limits;
    if (request_.max_rows() < 0) {
      return InvalidField("max_rows",
                          absl::StrCat("must not be negative, is ", request_.max_rows()));
    }
    if (request_.max_rows() > 0) limits.max_rows = std::min(limits.max_rows, request_.max_rows());
    return Query::Start(StatementOf(request_), limits,
                        {.find_table = [this](absl::string_view name) { return Find(name); },
                         .clock = service_->clock_,
                         .cancelled = [this] { return cancelled_.load(); }});
  }

  absl::StatusOr<std::shared_ptr<const TableSource>> Find(absl::string_view name) {
    SERIN_ASSIGN_OR_RETURN(const VersionedRef ref, ParseDatasetRef("sql", name));
    return OpenTable(*service_->store_, project_, ref);
  }

  void SendNext() {
    const absl::StatusOr<const TableBatch*> batch = query_->Next();
    if (!batch.ok()) return Finish(ToGrpc(batch.status()));
    if (*batch == nullptr && sent_) return Finish(grpc::Status::OK);
    response_ = ToResponse(query_->schema(), *batch);
    sent_ = true;
    StartWrite(&response_);
  }

  QueryService* const service_;
  const std::string project_;
  const v1::QueryDatasetsRequest request_;
  std::unique_ptr<Query> query_;
  v1::QueryDatasetsResponse response_;
  bool sent_ = false;
  std::atomic<bool> cancelled_ = false;
};

QueryService::QueryService(const Store* store, const Clock* clock, const QueryOptions& options)
    : store_(store), clock_(clock), options_(options), pool_(options.threads) {}

grpc::ServerWriteReactor<v1::QueryDatasetsResponse>* QueryService::Answer(
    std::string project, const v1::QueryDatasetsRequest& request) {
  return new Call(this, std::move(project), request);
}

}  // namespace serin
