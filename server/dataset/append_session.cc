#include "server/dataset/append_session.h"

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/resource_name.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"
#include "core/table/schema.h"
#include "core/table/wire.h"
#include "server/dataset/dataset_fields.h"
#include "server/dataset/request_id.h"

namespace serin {
namespace {

absl::Status MissingSpec() { return InvalidField("spec", "must be set in the first message"); }

absl::Status OverLimit(absl::string_view what) {
  return WithReason(absl::ResourceExhaustedError(
                        absl::StrCat("one call must append at most ", what, "; append in several")),
                    "APPEND_OVER_LIMIT");
}

void AppendMissing(size_t row_count, ColumnData* column) {
  const size_t rows = column->size() + row_count;
  if (column->is_string()) {
    column->codes.resize(rows, ColumnData::kMissingCode);
  } else if (column->is_integer()) {
    column->integers.resize(rows, ColumnData::kMissingInteger);
  } else {
    column->numbers.resize(rows, std::numeric_limits<double>::quiet_NaN());
  }
}

}  // namespace

absl::Status AppendSession::Take(v1::AppendRowsRequest message) {
  if (!spec_) {
    return message.has_spec() ? PrefixField("spec", TakeSpec(message.spec())) : MissingSpec();
  }
  if (!message.has_rows())
    return InvalidField("rows", "must be set in every message but the first");
  bytes_ += message.ByteSizeLong();
  if (bytes_ > limits_.max_bytes) return OverLimit(absl::StrCat(limits_.max_bytes >> 20, " MiB"));
  return earlier_ ? absl::OkStatus() : PrefixField("rows", TakeRows(message.rows()));
}

absl::Status AppendSession::TakeSpec(const v1::AppendRowsSpec& spec) {
  v1::AppendRowsSpec checked = spec;
  SERIN_ASSIGN_OR_RETURN(*checked.mutable_dataset(), ParseDatasetName("dataset", spec.dataset()));
  SERIN_RETURN_IF_ERROR(ValidateRequestId("request_id", spec.request_id()));
  SERIN_RETURN_IF_ERROR(ValidateDescription("description", spec.description()));
  SERIN_RETURN_IF_ERROR(ValidateLabels("labels", spec.labels()));
  SERIN_RETURN_IF_ERROR(ValidateRetention("retention", spec.retention()));
  if (spec.row_count() < 0) {
    return InvalidField("row_count", absl::StrCat("must not be negative, is ", spec.row_count()));
  }
  SERIN_ASSIGN_OR_RETURN(earlier_, datasets_->FindRequest(project_, checked));
  if (!earlier_) {
    SERIN_ASSIGN_OR_RETURN(const v1::Schema schema, datasets_->SchemaFor(project_, checked));
    rows_ = EmptyTable(schema);
    for (ColumnData& column : rows_.columns) indexes_.emplace_back(&column.dictionary);
  }
  spec_ = std::move(checked);
  return absl::OkStatus();
}

// A few bytes can say that there are a million rows without values, so these count too.
absl::Status AppendSession::Hold(size_t bytes) {
  if (budget_->Take(bytes - held_bytes_)) {
    held_bytes_ = bytes;
    return absl::OkStatus();
  }
  return WithReason(
      WithRetryDelay(absl::ResourceExhaustedError(
                         "the server holds as many rows of appends under way as it can"),
                     absl::Seconds(1)),
      "OVERLOADED");
}

absl::StatusOr<size_t> AppendSession::RowCountOf(const v1::RowBatch& batch) const {
  if (batch.row_count() < 0) {
    return InvalidField("row_count", absl::StrCat("must be at least 1, is ", batch.row_count()));
  }
  const size_t rows = batch.row_count() > 0     ? static_cast<size_t>(batch.row_count())
                      : batch.columns().empty() ? 0
                                                : serin::RowCountOf(batch.columns(0));
  if (rows == 0) return InvalidField("row_count", "must be at least 1, is 0");
  return rows;
}

absl::StatusOr<size_t> AppendSession::ColumnOf(const v1::RowBatch& batch, int index,
                                               const std::vector<bool>& given) const {
  const std::string& name = batch.columns(index).name();
  const auto found = std::find_if(rows_.columns.begin(), rows_.columns.end(),
                                  [&](const ColumnData& column) { return column.name == name; });
  const std::string field = absl::StrCat("columns[", index, "].name");
  if (found == rows_.columns.end()) {
    return InvalidField(field, absl::StrCat("must be a column of the dataset, is ",
                                            QuoteForError(name, kMaxColumnNameLength),
                                            "; there are ", ListColumnNames(SchemaOf(rows_))));
  }
  const auto position = static_cast<size_t>(found - rows_.columns.begin());
  if (given[position]) return InvalidField(field, "must be unique, is there twice");
  return position;
}

absl::Status AppendSession::TakeRows(const v1::RowBatch& batch) {
  SERIN_ASSIGN_OR_RETURN(const size_t row_count, RowCountOf(batch));
  if (row_count > static_cast<size_t>(limits_.max_rows) - rows_.row_count()) {
    return OverLimit(absl::StrCat(limits_.max_rows, " rows"));
  }
  const size_t values = (rows_.row_count() + row_count) * rows_.columns.size();
  if (values > static_cast<size_t>(limits_.max_values)) {
    return OverLimit(absl::StrCat(limits_.max_values, " values"));
  }
  SERIN_RETURN_IF_ERROR(Hold(bytes_ + values * sizeof(double)));
  std::vector<bool> given(rows_.columns.size(), false);
  for (int i = 0; i < batch.columns_size(); ++i) {
    SERIN_ASSIGN_OR_RETURN(const size_t column, ColumnOf(batch, i, given));
    SERIN_RETURN_IF_ERROR(PrefixField(
        absl::StrCat("columns[", i, "]"),
        AppendWire(batch.columns(i), row_count, &rows_.columns[column], &indexes_[column])));
    given[column] = true;
  }
  for (size_t column = 0; column < given.size(); ++column) {
    if (!given[column]) AppendMissing(row_count, &rows_.columns[column]);
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::AppendRowsResponse> AppendSession::Finish(absl::FunctionRef<bool()> cancelled) {
  if (!spec_) return MissingSpec();
  if (earlier_) return *earlier_;
  const auto row_count = static_cast<int64_t>(rows_.row_count());
  if (spec_->row_count() > 0 && spec_->row_count() != row_count) {
    return InvalidField("spec.row_count",
                        absl::StrCat("must be the number of rows, is ", spec_->row_count(),
                                     "; the stream ended after ", row_count));
  }
  const absl::StatusOr<v1::AppendRowsResponse> response =
      datasets_->Append(project_, *spec_, rows_, cancelled);
  if (!response.ok()) return PrefixField("spec", response.status());
  return response;
}

}  // namespace serin
