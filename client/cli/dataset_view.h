#ifndef SERIN_CLIENT_CLI_DATASET_VIEW_H_
#define SERIN_CLIENT_CLI_DATASET_VIEW_H_

#include <string>
#include <vector>

#include "client/cli/session.h"
#include "serin/v1/dataset.pb.h"
#include "serin/v1/dataset_service.pb.h"

namespace serin {

// Name, size, checksum, and the columns with their types.
void PrintDatasetVersion(const v1::DatasetVersion& version, const Session& session);

// One line for each version.
void PrintVersionList(const std::vector<v1::DatasetVersion>& versions, const Session& session);

// One line for each column.
void PrintProfile(const v1::DatasetProfile& profile, const Session& session);

// Prints rows that come in batches: JSON objects as they come, or one table at the end.
class RowPrinter {
 public:
  // `schema` has the types of all columns that may come. All arguments must outlive the printer.
  RowPrinter(const v1::Schema& schema, const Session& session);

  void Add(const v1::ReadRowsResponse& batch);
  void Finish();

 private:
  void AddToTable(const v1::ReadRowsResponse& batch);
  void PrintObjects(const v1::ReadRowsResponse& batch);
  v1::ColumnType TypeOf(const std::string& column) const;

  const v1::Schema& schema_;
  const Session& session_;
  std::vector<TextTable> table_;  // None before the first batch, then one.
};

}  // namespace serin

#endif  // SERIN_CLIENT_CLI_DATASET_VIEW_H_
