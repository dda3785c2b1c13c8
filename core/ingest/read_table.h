#ifndef SERIN_CORE_INGEST_READ_TABLE_H_
#define SERIN_CORE_INGEST_READ_TABLE_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/ingest/ingest_options.h"
#include "core/table/table.h"
#include "serin/v1/table.pb.h"

namespace serin {

// Reads a whole file that is in memory into one table; see TableReader for the arguments and
// errors. Memory: the table twice.
absl::StatusOr<Table> ReadTable(absl::string_view file, const IngestOptions& options = {},
                                const v1::Schema& schema = {}, const IngestLimits& limits = {});

// Joins the batches of a TableReader, whose final schema is `schema`, into one table. Requires
// CanConform of each.
Table JoinBatches(const v1::Schema& schema, std::vector<Table> batches);

}  // namespace serin

#endif  // SERIN_CORE_INGEST_READ_TABLE_H_
