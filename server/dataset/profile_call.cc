#include "server/dataset/profile_call.h"

#include <memory>
#include <numeric>

#include "core/base/resource_name.h"
#include "core/base/status_macros.h"
#include "core/profile/associations.h"
#include "core/profile/table_profiler.h"
#include "server/dataset/dataset_queries.h"
#include "server/dataset/stored_table.h"

namespace serin {
namespace {

absl::StatusOr<v1::DatasetProfile> ComputeProfile(const StoredTable& table) {
  ReadPlan plan;
  plan.columns.resize(static_cast<size_t>(table.schema().columns_size()));
  std::iota(plan.columns.begin(), plan.columns.end(), 0);
  SERIN_ASSIGN_OR_RETURN(const std::unique_ptr<TableCursor> cursor, table.Read(std::move(plan)));
  TableProfiler profiler;
  while (true) {
    SERIN_ASSIGN_OR_RETURN(const TableBatch* const batch, cursor->Next());
    if (batch == nullptr) break;
    profiler.Add(batch->table);
  }
  SERIN_ASSIGN_OR_RETURN(v1::DatasetProfile profile, profiler.Finish(table.schema()));
  profile.set_dataset_version(table.version().name());
  return profile;
}

}  // namespace

absl::StatusOr<v1::DatasetProfile> ProfileVersion(const Store& store, const std::string& project,
                                                  const v1::GetProfileRequest& request) {
  SERIN_ASSIGN_OR_RETURN(const VersionedRef ref, ParseDatasetRef("name", request.name()));
  SERIN_ASSIGN_OR_RETURN(const auto table, OpenTable(store, project, ref));
  // Of the version that was opened, though a newer one may have come since.
  v1::GetProfileRequest opened;
  opened.set_name(table->version().name());
  SERIN_ASSIGN_OR_RETURN(v1::DatasetProfile profile, table->version().live()
                                                         ? ComputeProfile(*table)
                                                         : GetProfile(store, project, opened));
  if (request.target().empty()) return profile;
  SERIN_RETURN_IF_ERROR(AddAssociations(*table, request.target(), &profile));
  return profile;
}

}  // namespace serin
