#include "client/lib/connection.h"
#include "serin/client.h"

// Rows out of datasets: the calls of a Client that stream to the caller.

namespace serin {
namespace {

// Hands each message of a stream to `visit` until that has enough.
template <typename Response>
absl::Status ReadAll(Call& call, grpc::ClientReader<Response>& reader,
                     const std::function<bool(const Response&)>& visit) {
  Response response;
  bool enough = false;
  while (!enough && reader.Read(&response)) enough = !visit(response);
  if (enough) call.context()->TryCancel();
  const grpc::Status status = reader.Finish();
  return enough ? absl::OkStatus() : call.Outcome(status);
}

}  // namespace

absl::Status Client::ReadRows(absl::string_view dataset, const ReadRowsOptions& options,
                              const RowBatchFn& visit) const {
  v1::ReadRowsRequest request;
  request.set_name(std::string(dataset));
  request.mutable_columns()->Assign(options.columns.begin(), options.columns.end());
  request.set_offset(options.offset);
  request.set_limit(options.limit);

  Call call(connection_->project(), absl::InfiniteDuration());
  return ReadAll(call, *connection_->datasets().ReadRows(call.context(), request), visit);
}

absl::Status Client::QueryDatasets(absl::string_view sql, const QueryOptions& options,
                                   const QueryBatchFn& visit) const {
  v1::QueryDatasetsRequest request;
  request.set_sql(std::string(sql));
  request.mutable_parameters()->Assign(options.parameters.begin(), options.parameters.end());
  request.set_max_rows(options.max_rows);

  Call call(connection_->project(), absl::InfiniteDuration());
  return ReadAll(call, *connection_->datasets().QueryDatasets(call.context(), request), visit);
}

}  // namespace serin
