#ifndef SERIN_CLIENT_CLI_APPEND_ROWS_H_
#define SERIN_CLIENT_CLI_APPEND_ROWS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "core/table/table.h"
#include "serin/client.h"

namespace serin {

// Appends a table that comes batch by batch, in calls of AppendRows that are as large as may be.
// Each call is appended whole or not at all. Not thread-safe.
class RowAppender {
 public:
  // A request id in `options` is that of the first call; those that follow get `.2`, `.3`, ...
  // behind it, so that the same table appended again changes nothing.
  RowAppender(const Client& client, std::string dataset, AppendOptions options)
      : client_(client), dataset_(std::move(dataset)), options_(std::move(options)) {}

  absl::Status Add(const Table& batch);
  // What is left.
  absl::Status Finish();

  // The error of Add, of Finish or of whatever the rows come from, with how many rows were appended
  // before it, where there are any.
  absl::Status After(const absl::Status& error) const;

  // Of all calls together.
  const v1::AppendRowsResponse& appended() const { return appended_; }

 private:
  absl::Status AddRows(const Table& batch, size_t begin, size_t end);
  absl::Status Send();

  const Client& client_;
  const std::string dataset_;
  const AppendOptions options_;
  std::vector<v1::RowBatch> waiting_;
  int64_t waiting_rows_ = 0;
  size_t waiting_bytes_ = 0;
  int calls_ = 0;
  v1::AppendRowsResponse appended_;
};

}  // namespace serin

#endif  // SERIN_CLIENT_CLI_APPEND_ROWS_H_
