#include "server/dataset/live_datasets.h"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/resource_name.h"
#include "core/base/status_macros.h"
#include "core/storage/records.h"
#include "core/table/schema.h"
#include "core/table/segment.h"
#include "google/protobuf/util/message_differencer.h"
#include "serin/internal/v1/records.pb.h"
#include "server/dataset/dataset_keys.h"
#include "server/dataset/dataset_storage.h"
#include "server/dataset/live_records.h"

namespace serin {
namespace {

using internal::v1::AppendedRowsRecord;
using internal::v1::AppendRequestRecord;
using internal::v1::DatasetVersionRecord;
using internal::v1::RequestRecord;

// Columns that a live dataset may come to have by appends that add some.
constexpr int kMaxWidenedColumns = 10'000;

// Whether the first columns of `given` are those of `schema`.
bool BeginsWith(const v1::Schema& given, const v1::Schema& schema) {
  using google::protobuf::util::MessageDifferencer;
  return given.columns_size() >= schema.columns_size() &&
         std::equal(schema.columns().begin(), schema.columns().end(), given.columns().begin(),
                    [](const v1::ColumnSchema& a, const v1::ColumnSchema& b) {
                      return MessageDifferencer::Equals(a, b);
                    });
}

// The schema that a dataset has once rows of the given one, if one is given, are appended to it.
absl::StatusOr<v1::Schema> Widened(const v1::Schema& schema, const v1::Schema& given) {
  if (given.columns().empty()) return schema;
  if (!BeginsWith(given, schema)) {
    return InvalidField("schema",
                        absl::StrCat("must equal that of the dataset, begin with it, or be left "
                                     "out; the dataset has ",
                                     ListColumnNames(schema)));
  }
  if (given.columns_size() > std::max(schema.columns_size(), kMaxWidenedColumns)) {
    return InvalidField("schema", absl::StrCat("must have at most ", kMaxWidenedColumns,
                                               " columns, has ", given.columns_size()));
  }
  return given;
}

absl::Status CheckNewSchema(const v1::Schema& schema) {
  if (schema.columns().empty()) {
    return InvalidField("schema", "is required for a dataset that is new");
  }
  SERIN_RETURN_IF_ERROR(PrefixField("schema", ValidateSchema(schema)));
  for (int i = 0; i < schema.columns_size(); ++i) {
    if (schema.columns(i).type() == v1::COLUMN_TYPE_UNSPECIFIED) {
      return InvalidField(absl::StrCat("schema.columns[", i, "].type"), "is required");
    }
  }
  return absl::OkStatus();
}

LiveRecords NewLiveRecords(const v1::AppendRowsSpec& spec, std::string storage_id,
                           const google::protobuf::Timestamp& now) {
  LiveRecords live;
  v1::Dataset& dataset = *live.dataset.mutable_dataset();
  dataset.set_name(DatasetName(spec.dataset()));
  dataset.set_latest_version(kLiveVersion);
  dataset.set_version_count(1);
  *dataset.mutable_create_time() = now;
  dataset.set_description(spec.description());
  *dataset.mutable_labels() = spec.labels();
  dataset.set_live(true);
  if (spec.has_retention()) *dataset.mutable_retention() = spec.retention();
  live.dataset.set_last_version(kLiveVersion);
  v1::DatasetVersion& version = *live.version.mutable_version();
  version.set_name(DatasetVersionName(spec.dataset(), kLiveVersion));
  version.set_version(kLiveVersion);
  *version.mutable_schema() = spec.schema();
  *version.mutable_create_time() = now;
  version.set_live(true);
  live.version.set_storage_id(std::move(storage_id));
  return live;
}

// The rows in pieces, without what follows from where they go.
std::vector<AppendedRowsRecord> Encode(const Table& rows) {
  std::vector<AppendedRowsRecord> pieces;
  size_t begin = 0;
  for (const size_t end : SegmentEnds(rows)) {
    AppendedRowsRecord& piece = pieces.emplace_back();
    piece.set_row_count(static_cast<int32_t>(end - begin));
    for (std::string& chunk : EncodeSegment(rows, begin, end).chunks) {
      piece.add_chunks(std::move(chunk));
    }
    begin = end;
  }
  return pieces;
}

size_t BytesOf(const std::vector<AppendedRowsRecord>& pieces) {
  size_t bytes = 0;
  for (const AppendedRowsRecord& piece : pieces) bytes += piece.ByteSizeLong();
  return bytes;
}

// Adds the pieces behind the rows that there are.
void AddPieces(const std::string& project, std::vector<AppendedRowsRecord> pieces,
               const google::protobuf::Timestamp& now, DatasetVersionRecord* record,
               WriteBatch* batch) {
  v1::DatasetVersion& version = *record->mutable_version();
  for (AppendedRowsRecord& piece : pieces) {
    piece.set_first_row(version.first_row() + version.row_count());
    *piece.mutable_append_time() = now;
    std::string value = piece.SerializeAsString();
    version.set_row_count(version.row_count() + piece.row_count());
    version.set_stored_bytes(version.stored_bytes() + static_cast<int64_t>(value.size()));
    batch->PutValue(AppendedKey(project, record->storage_id(), piece.first_row()),
                    std::move(value));
  }
}

void AddRequest(const std::string& project, const v1::AppendRowsSpec& spec,
                const v1::AppendRowsResponse& response, const DatasetVersionRecord& version,
                WriteBatch* batch) {
  if (spec.request_id().empty()) return;
  RequestRecord request;
  request.set_name(version.version().name());
  request.set_appended(true);
  request.set_first_row(response.first_row());
  request.set_row_count(response.row_count());
  PutRecord(*batch, RequestKey(project, spec.dataset(), spec.request_id()), request);
  if (response.row_count() == 0) return;
  AppendRequestRecord with_rows;
  with_rows.set_request_id(spec.request_id());
  with_rows.set_row_count(response.row_count());
  PutRecord(*batch, AppendRequestKey(project, version.storage_id(), response.first_row()),
            with_rows);
}

}  // namespace

absl::StatusOr<v1::Schema> LiveDatasets::SchemaFor(const std::string& project,
                                                   const v1::AppendRowsSpec& spec) const {
  SERIN_ASSIGN_OR_RETURN(const std::optional<LiveRecords> live,
                         FindLive(catalog_->store(), project, spec.dataset()));
  if (!live) {
    SERIN_RETURN_IF_ERROR(CheckNewSchema(spec.schema()));
    return spec.schema();
  }
  SERIN_ASSIGN_OR_RETURN(v1::Schema schema,
                         Widened(live->version.version().schema(), spec.schema()));
  SERIN_RETURN_IF_ERROR(CheckNewSchema(schema));
  return schema;
}

absl::StatusOr<std::optional<v1::AppendRowsResponse>> LiveDatasets::FindRequest(
    const std::string& project, const v1::AppendRowsSpec& spec) const {
  if (spec.request_id().empty()) return std::nullopt;
  const auto request = GetRecord<RequestRecord>(
      catalog_->store(), RequestKey(project, spec.dataset(), spec.request_id()));
  if (absl::IsNotFound(request.status())) return std::nullopt;
  SERIN_RETURN_IF_ERROR(request.status());
  if (!request->appended()) return std::nullopt;
  v1::AppendRowsResponse response;
  response.set_first_row(request->first_row());
  response.set_row_count(request->row_count());
  return response;
}

absl::StatusOr<v1::AppendRowsResponse> LiveDatasets::Append(const std::string& project,
                                                            const v1::AppendRowsSpec& spec,
                                                            const Table& rows,
                                                            absl::FunctionRef<bool()> cancelled) {
  std::vector<AppendedRowsRecord> pieces = Encode(rows);
  SERIN_RETURN_IF_ERROR(CheckDiskHasRoom(catalog_->store(), BytesOf(pieces)));
  v1::AppendRowsResponse response;
  bool appended = false;
  const auto plan = [&]() -> absl::StatusOr<WriteBatch> {
    SERIN_ASSIGN_OR_RETURN(const auto earlier, FindRequest(project, spec));
    if (earlier) {
      response = *earlier;
      return WriteBatch();
    }
    if (cancelled()) return absl::CancelledError("the caller has gone away");
    SERIN_ASSIGN_OR_RETURN(std::optional<LiveRecords> live,
                           FindLive(catalog_->store(), project, spec.dataset()));
    const google::protobuf::Timestamp now = ToProto(clock_->Now());
    if (!live) live = NewLiveRecords(spec, catalog_->NewStorageId(), now);
    // The dataset may have been made, or made anew, since the rows were read.
    v1::DatasetVersion& version = *live->version.mutable_version();
    SERIN_ASSIGN_OR_RETURN(*version.mutable_schema(), Widened(version.schema(), SchemaOf(rows)));
    response.set_first_row(version.first_row() + version.row_count());
    response.set_row_count(static_cast<int64_t>(rows.row_count()));
    *live->dataset.mutable_dataset()->mutable_update_time() = now;

    WriteBatch batch;
    AddPieces(project, std::move(pieces), now, &live->version, &batch);
    AddRequest(project, spec, response, live->version, &batch);
    PutRecord(batch, DatasetKey(project, spec.dataset()), live->dataset);
    PutRecord(batch, VersionKey(project, spec.dataset(), kLiveVersion), live->version);
    appended = true;
    return batch;
  };
  SERIN_RETURN_IF_ERROR(catalog_->Change(plan));
  if (appended) metrics_->rows_appended().Increment(static_cast<double>(response.row_count()));
  return response;
}

}  // namespace serin
