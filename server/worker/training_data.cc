#include "server/worker/training_data.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "core/base/status_macros.h"
#include "core/learn/spec.h"
#include "core/table/schema.h"
#include "core/table/wire.h"
#include "serin/v1/dataset_service.grpc.pb.h"
#include "server/rpc/call.h"
#include "server/rpc/status.h"

namespace serin {
namespace {

constexpr absl::Duration kReadTimeout = absl::Hours(1);

// One go at reading.
class Reading {
 public:
  Reading(v1::DatasetService::Stub* stub, const AcceptedDataset& accepted,
          const v1::TrainingSpec& spec, const std::vector<std::string>& also,
          const ReadingSink& sink)
      : stub_(stub), accepted_(accepted), spec_(spec), also_(also), sink_(sink) {}

  absl::StatusOr<TrainingData> Read() {
    SERIN_ASSIGN_OR_RETURN(const v1::DatasetVersion version, accepted_.Find(*stub_));
    SERIN_ASSIGN_OR_RETURN(const v1::Schema schema, NeededColumns(ModelSchemaOf(version.schema())));
    TrainingData data{EmptyTable(schema), version.source_sha256()};
    SERIN_RETURN_IF_ERROR(accepted_.Explain(ReadRows(version, &data.table)));
    // What was read may be another that was made in between.
    SERIN_RETURN_IF_ERROR(accepted_.Find(*stub_).status());
    return data;
  }

 private:
  absl::StatusOr<v1::Schema> NeededColumns(const v1::Schema& all) const {
    v1::Schema schema;
    for (const std::string& name : ColumnsOf(spec_)) {
      const v1::ColumnSchema* column = FindColumn(all, name);
      if (column == nullptr) {
        return absl::InternalError(absl::StrCat(spec_.dataset(), " has no column '", name, "'"));
      }
      *schema.add_columns() = *column;
    }
    for (const std::string& name : also_) {
      const v1::ColumnSchema* column = FindColumn(all, name);
      if (column != nullptr && FindColumn(schema, name) == nullptr) {
        *schema.add_columns() = *column;
      }
    }
    return schema;
  }

  absl::Status ReadRows(const v1::DatasetVersion& version, Table* table) const {
    const int64_t row_count = version.row_count();
    grpc::ClientContext context;
    context.set_deadline(absl::ToChronoTime(absl::Now() + kReadTimeout));
    SetProject(context, accepted_.project());
    v1::ReadRowsRequest request;
    request.set_name(spec_.dataset());
    for (const ColumnData& column : table->columns) request.add_columns(column.name);
    const auto reader = stub_->ReadRows(&context, request);
    v1::ReadRowsResponse batch;
    while (reader->Read(&batch)) {
      absl::Status status = Append(batch, row_count, table);
      if (!status.ok()) {
        context.TryCancel();
        return status;
      }
    }
    SERIN_RETURN_IF_ERROR(FromGrpc(reader->Finish()));
    // A live dataset may have grown or shrunk since it was looked at; what was read is a snapshot.
    if (version.live() || static_cast<int64_t>(table->row_count()) == row_count) {
      return absl::OkStatus();
    }
    return absl::InternalError(absl::StrCat("read ", table->row_count(), " rows of ",
                                            spec_.dataset(), ", which has ", row_count));
  }

  absl::Status Append(const v1::ReadRowsResponse& batch, int64_t row_count, Table* table) const {
    if (static_cast<size_t>(batch.columns_size()) != table->columns.size()) {
      return absl::InternalError(absl::StrCat("asked for ", table->columns.size(), " columns, got ",
                                              batch.columns_size()));
    }
    for (int i = 0; i < batch.columns_size(); ++i) {
      SERIN_RETURN_IF_ERROR(AppendWire(batch.columns(i), batch.row_count(), &table->columns[i]));
    }
    const auto rows = static_cast<double>(table->row_count());
    if (sink_(rows / static_cast<double>(std::max<int64_t>(row_count, 1)))) return absl::OkStatus();
    return absl::CancelledError("reading was stopped");
  }

  v1::DatasetService::Stub* const stub_;
  const AcceptedDataset& accepted_;
  const v1::TrainingSpec& spec_;
  const std::vector<std::string>& also_;
  const ReadingSink& sink_;
};

}  // namespace

absl::StatusOr<TrainingData> ReadTrainingData(const std::shared_ptr<grpc::Channel>& dataset,
                                              const AcceptedDataset& accepted,
                                              const v1::TrainingSpec& spec,
                                              const std::vector<std::string>& also,
                                              const Sleeper& sleep, const ReadingSink& sink) {
  const auto stub = v1::DatasetService::NewStub(dataset);
  absl::StatusOr<TrainingData> data;
  const absl::Status status = RetryUnavailable(sleep, [&] {
    data = Reading(stub.get(), accepted, spec, also, sink).Read();
    return data.status();
  });
  SERIN_RETURN_IF_ERROR(status);
  return data;
}

}  // namespace serin
