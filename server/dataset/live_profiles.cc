#include "server/dataset/live_profiles.h"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <utility>

#include "core/base/status_macros.h"

namespace serin {
namespace {

constexpr size_t kMaxColumns = 1024;

// Adds the rows of the table from `first_row` on, counted from the first that there is.
absl::Status AddRows(const StoredTable& table, int64_t first_row,
                     const std::function<bool()>& cancelled, TableProfiler& profiler) {
  ReadPlan plan{.first_row = first_row};
  plan.columns.resize(static_cast<size_t>(table.schema().columns_size()));
  std::iota(plan.columns.begin(), plan.columns.end(), 0);
  SERIN_ASSIGN_OR_RETURN(const std::unique_ptr<TableCursor> cursor, table.Read(std::move(plan)));
  while (true) {
    if (cancelled()) return absl::CancelledError("the caller has gone away");
    SERIN_ASSIGN_OR_RETURN(const TableBatch* const batch, cursor->Next());
    if (batch == nullptr) return absl::OkStatus();
    profiler.Add(batch->table);
  }
}

}  // namespace

absl::StatusOr<v1::DatasetProfile> LiveProfiles::ProfileOf(const StoredTable& table,
                                                           const std::function<bool()>& cancelled) {
  const int64_t first_row = table.version().first_row();
  const int64_t end_row = first_row + table.row_count();
  const ProfiledPtr before = Find(table.storage_id());
  const auto columns = static_cast<size_t>(table.schema().columns_size());
  const bool continues = before != nullptr && before->first_row == first_row &&
                         before->end_row <= end_row && before->columns == columns;
  if (continues && before->end_row == end_row) return before->profile;

  TableProfiler profiler = continues ? before->profiler : TableProfiler();
  const int64_t known_rows = continues ? before->end_row - first_row : 0;
  SERIN_RETURN_IF_ERROR(AddRows(table, known_rows, cancelled, profiler));
  SERIN_ASSIGN_OR_RETURN(v1::DatasetProfile profile, profiler.Finish(table.schema()));
  profile.set_dataset_version(table.version().name());
  Keep(std::make_shared<const Profiled>(Profiled{.storage_id = table.storage_id(),
                                                 .first_row = first_row,
                                                 .end_row = end_row,
                                                 .columns = columns,
                                                 .profiler = std::move(profiler),
                                                 .profile = profile}));
  return profile;
}

LiveProfiles::ProfiledPtr LiveProfiles::Find(const std::string& storage_id) {
  absl::MutexLock lock(&mutex_);
  const auto found = std::find_if(kept_.begin(), kept_.end(), [&](const ProfiledPtr& profiled) {
    return profiled->storage_id == storage_id;
  });
  if (found == kept_.end()) return nullptr;
  kept_.splice(kept_.begin(), kept_, found);
  return kept_.front();
}

// One of more rows that another caller has computed meanwhile stays.
void LiveProfiles::Keep(ProfiledPtr profiled) {
  absl::MutexLock lock(&mutex_);
  const auto replaces = [&](const ProfiledPtr& other) {
    return other->storage_id == profiled->storage_id;
  };
  const auto known = std::find_if(kept_.begin(), kept_.end(), replaces);
  if (known != kept_.end() && (*known)->end_row > profiled->end_row) return;
  if (known != kept_.end()) kept_.erase(known);
  kept_.push_front(std::move(profiled));
  size_t columns = kept_.front()->columns;
  for (auto it = std::next(kept_.begin()); it != kept_.end();) {
    columns += (*it)->columns;
    it = columns > kMaxColumns ? kept_.erase(it) : std::next(it);
  }
}

}  // namespace serin
