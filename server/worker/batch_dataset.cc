#include "server/worker/batch_dataset.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "core/base/status_macros.h"
#include "server/rpc/call.h"
#include "server/rpc/status.h"

namespace serin {
namespace {

// Of a block, which may wait for others.
constexpr absl::Duration kBlockTimeout = absl::Minutes(10);

void Prepare(const BatchSetup& setup, grpc::ClientContext* context) {
  context->set_deadline(absl::ToChronoTime(absl::Now() + kBlockTimeout));
  SetProject(*context, setup.project);
}

}  // namespace

BatchDataset::BatchDataset(const BatchSetup& setup, const v1::BatchPrediction& wanted)
    : setup_(&setup),
      wanted_(&wanted),
      accepted_(setup.project, wanted.dataset(), setup.input_create_time),
      stub_(v1::DatasetService::NewStub(setup.dataset)) {}

absl::StatusOr<BatchDataset> BatchDataset::Open(const BatchSetup& setup,
                                                const v1::BatchPrediction& wanted) {
  BatchDataset dataset(setup, wanted);
  absl::StatusOr<v1::DatasetVersion> input;
  SERIN_RETURN_IF_ERROR(RetryUnavailable(setup.sleep, [&] {
    input = dataset.accepted_.Find(*dataset.stub_);
    return input.status();
  }));
  dataset.input_ = *std::move(input);
  return dataset;
}

absl::StatusOr<std::vector<v1::ReadRowsResponse>> BatchDataset::Read(
    int64_t begin, int64_t end, const std::vector<std::string>& columns) const {
  v1::ReadRowsRequest request;
  request.set_name(wanted_->dataset());
  request.mutable_columns()->Assign(columns.begin(), columns.end());
  request.set_offset(begin - first_row());
  request.set_limit(end - begin);
  std::vector<v1::ReadRowsResponse> rows;
  SERIN_RETURN_IF_ERROR(
      RetryUnavailable(setup_->sleep, [&] { return ReadOnce(request, begin, end, &rows); }));
  return rows;
}

absl::Status BatchDataset::ReadOnce(const v1::ReadRowsRequest& request, int64_t begin, int64_t end,
                                    std::vector<v1::ReadRowsResponse>* rows) const {
  rows->clear();
  grpc::ClientContext context;
  Prepare(*setup_, &context);
  const auto reader = stub_->ReadRows(&context, request);
  v1::ReadRowsResponse batch;
  int64_t count = 0;
  while (reader->Read(&batch)) {
    count += batch.row_count();
    rows->push_back(std::move(batch));
  }
  SERIN_RETURN_IF_ERROR(accepted_.Explain(FromGrpc(reader->Finish())));
  // What was read may be another that was made in between.
  SERIN_RETURN_IF_ERROR(accepted_.Find(*stub_).status());
  if (live() || count == end - begin) return absl::OkStatus();
  return absl::InternalError(absl::StrCat("read ", count, " rows of ", wanted_->dataset(), " from ",
                                          begin, " on, which has ", end - begin));
}

absl::Status BatchDataset::Append(const v1::Schema& schema, const std::vector<v1::RowBatch>& rows,
                                  int64_t written, const std::string& request_id) const {
  int64_t count = 0;
  for (const v1::RowBatch& batch : rows) count += batch.row_count();
  v1::AppendRowsRequest first;
  v1::AppendRowsSpec& spec = *first.mutable_spec();
  spec.set_dataset(wanted_->output_dataset());
  *spec.mutable_schema() = schema;
  spec.set_request_id(request_id);
  spec.set_row_count(count);
  v1::AppendRowsResponse response;
  SERIN_RETURN_IF_ERROR(
      RetryUnavailable(setup_->sleep, [&] { return AppendOnce(first, rows, &response); }));
  if (response.first_row() >= written) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      wanted_->output_dataset(), " has been deleted while the job ran, with the first ", written,
      " rows of its predictions; begin again"));
}

absl::Status BatchDataset::AppendOnce(const v1::AppendRowsRequest& spec,
                                      const std::vector<v1::RowBatch>& rows,
                                      v1::AppendRowsResponse* response) const {
  grpc::ClientContext context;
  Prepare(*setup_, &context);
  const auto writer = stub_->AppendRows(&context, response);
  bool open = writer->Write(spec);
  v1::AppendRowsRequest request;
  for (size_t i = 0; open && i < rows.size(); ++i) {
    *request.mutable_rows() = rows[i];
    open = writer->Write(request);
  }
  writer->WritesDone();
  // Where a write has failed, this says why.
  return FromGrpc(writer->Finish());
}

}  // namespace serin
