#ifndef SERIN_SERVER_DATASET_LIVE_DATASETS_H_
#define SERIN_SERVER_DATASET_LIVE_DATASETS_H_

#include <optional>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "core/base/clock.h"
#include "core/table/table.h"
#include "serin/v1/dataset_service.pb.h"
#include "server/dataset/dataset_catalog.h"
#include "server/dataset/live_metrics.h"

namespace serin {

// Appends rows to live datasets. Each append is one batch: readers see all of its rows or none, and
// so does a restart. live_maintenance.h is what happens to the rows then. Thread-safe.
class LiveDatasets {
 public:
  // All must outlive this.
  LiveDatasets(DatasetCatalog* catalog, const Clock* clock, LiveMetrics* metrics)
      : catalog_(catalog), clock_(clock), metrics_(metrics) {}

  // The schema that rows appended by this specification have: that of the dataset, or of the
  // specification where there is no dataset yet. Errors are InvalidField relative to
  // AppendRowsSpec, and FAILED_PRECONDITION for a dataset that is not live.
  absl::StatusOr<v1::Schema> SchemaFor(const std::string& project,
                                       const v1::AppendRowsSpec& spec) const;

  // What an earlier append with the same request_id has done, if there was one.
  absl::StatusOr<std::optional<v1::AppendRowsResponse>> FindRequest(
      const std::string& project, const v1::AppendRowsSpec& spec) const;

  // Appends the rows, which have the columns of SchemaFor, in its order; makes the dataset where it
  // is new, also without rows. Where an earlier append with the same request_id has done it,
  // returns what that did and appends nothing. CANCELLED, and nothing is appended, where
  // `cancelled`, asked a last time just before, says so. RESOURCE_EXHAUSTED where the disk is full.
  absl::StatusOr<v1::AppendRowsResponse> Append(const std::string& project,
                                                const v1::AppendRowsSpec& spec, const Table& rows,
                                                absl::FunctionRef<bool()> cancelled);

 private:
  DatasetCatalog* const catalog_;
  const Clock* const clock_;
  LiveMetrics* const metrics_;
};

}  // namespace serin

#endif  // SERIN_SERVER_DATASET_LIVE_DATASETS_H_
