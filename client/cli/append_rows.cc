#include "client/cli/append_rows.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "client/cli/format.h"
#include "core/base/status_macros.h"
#include "core/table/wire.h"

namespace serin {
namespace {

// Well below what a call and what a message may hold (Client::AppendRows).
constexpr int64_t kRowsPerCall = 500'000;
constexpr size_t kBytesPerCall = 32 << 20;
constexpr size_t kBytesPerBatch = 2 << 20;

v1::RowBatch RowsOf(const Table& table, size_t begin, size_t end) {
  v1::RowBatch rows;
  rows.set_row_count(static_cast<int32_t>(end - begin));
  for (const ColumnData& column : table.columns) *rows.add_columns() = ToWire(column, begin, end);
  return rows;
}

}  // namespace

absl::Status RowAppender::Add(const Table& batch) {
  return batch.row_count() == 0 ? absl::OkStatus() : AddRows(batch, 0, batch.row_count());
}

absl::Status RowAppender::AddRows(const Table& batch, size_t begin, size_t end) {
  v1::RowBatch rows = RowsOf(batch, begin, end);
  const size_t bytes = rows.ByteSizeLong();
  if (bytes > kBytesPerBatch && end - begin > 1) {
    const size_t middle = begin + (end - begin) / 2;
    SERIN_RETURN_IF_ERROR(AddRows(batch, begin, middle));
    return AddRows(batch, middle, end);
  }
  const int64_t count = rows.row_count();
  if (waiting_rows_ + count > kRowsPerCall || waiting_bytes_ + bytes > kBytesPerCall) {
    SERIN_RETURN_IF_ERROR(Send());
  }
  waiting_.push_back(std::move(rows));
  waiting_rows_ += count;
  waiting_bytes_ += bytes;
  return absl::OkStatus();
}

absl::Status RowAppender::Finish() { return waiting_.empty() ? absl::OkStatus() : Send(); }

absl::Status RowAppender::After(const absl::Status& error) const {
  if (error.ok() || appended_.row_count() == 0) return error;
  absl::Status out(error.code(), absl::StrCat("after ", FormatCount(appended_.row_count()),
                                              " rows were appended: ", error.message()));
  error.ForEachPayload(
      [&](absl::string_view type, const absl::Cord& payload) { out.SetPayload(type, payload); });
  return out;
}

absl::Status RowAppender::Send() {
  AppendOptions options = calls_ == 0 ? options_ : AppendOptions();
  if (calls_ > 0 && !options_.request_id.empty()) {
    options.request_id = absl::StrCat(options_.request_id, ".", calls_ + 1);
  }
  const auto response = client_.AppendRows(dataset_, std::exchange(waiting_, {}), options);
  waiting_rows_ = 0;
  waiting_bytes_ = 0;
  SERIN_RETURN_IF_ERROR(response.status());
  if (calls_++ == 0) appended_.set_first_row(response->first_row());
  appended_.set_row_count(appended_.row_count() + response->row_count());
  return absl::OkStatus();
}

}  // namespace serin
