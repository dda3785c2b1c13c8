#ifndef SERIN_SERVER_DATASET_APPEND_SESSION_H_
#define SERIN_SERVER_DATASET_APPEND_SESSION_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/table/dictionary_index.h"
#include "core/table/table.h"
#include "serin/v1/dataset_service.pb.h"
#include "server/dataset/append_budget.h"
#include "server/dataset/live_datasets.h"

namespace serin {

struct AppendLimits {
  int64_t max_rows = 1'000'000;
  int64_t max_values = 32 << 20;  // Rows times columns: those not sent take memory too.
  size_t max_bytes = 64 << 20;    // Of the messages of one call.
  // Of all calls that are under way: their messages, and their rows in memory.
  size_t max_open_bytes = 512 << 20;
};

// One append, message by message: what AppendRows does, without the RPC. Nothing is written before
// Finish. Not thread-safe.
class AppendSession {
 public:
  // `datasets` and `budget` must outlive the session.
  AppendSession(LiveDatasets* datasets, AppendBudget* budget, const AppendLimits& limits,
                std::string project)
      : datasets_(datasets), budget_(budget), limits_(limits), project_(std::move(project)) {}
  ~AppendSession() { budget_->Give(held_bytes_); }
  AppendSession(const AppendSession&) = delete;
  AppendSession& operator=(const AppendSession&) = delete;

  // The next message. After an error the append is over.
  absl::Status Take(v1::AppendRowsRequest message);

  // Appends all that was taken; see LiveDatasets::Append.
  absl::StatusOr<v1::AppendRowsResponse> Finish(absl::FunctionRef<bool()> cancelled);

 private:
  absl::Status TakeSpec(const v1::AppendRowsSpec& spec);
  absl::Status TakeRows(const v1::RowBatch& batch);
  absl::Status Hold(size_t bytes);
  absl::StatusOr<size_t> RowCountOf(const v1::RowBatch& batch) const;
  absl::StatusOr<size_t> ColumnOf(const v1::RowBatch& batch, int index,
                                  const std::vector<bool>& given) const;

  LiveDatasets* const datasets_;
  AppendBudget* const budget_;
  const AppendLimits limits_;
  const std::string project_;
  std::optional<v1::AppendRowsSpec> spec_;  // Its dataset as the short name.
  std::optional<v1::AppendRowsResponse> earlier_;
  Table rows_;
  std::vector<DictionaryIndex> indexes_;  // Of the dictionaries of its columns.
  size_t bytes_ = 0;                      // Of messages.
  size_t held_bytes_ = 0;                 // Of the budget.
};

}  // namespace serin

#endif  // SERIN_SERVER_DATASET_APPEND_SESSION_H_
