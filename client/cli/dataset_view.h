#ifndef SERIN_CLIENT_CLI_DATASET_VIEW_H_
#define SERIN_CLIENT_CLI_DATASET_VIEW_H_

#include <vector>

#include "client/cli/session.h"
#include "serin/v1/dataset.pb.h"

namespace serin {

// Name, size, format, how it came about, the columns with their types, and rows set aside.
void PrintDatasetVersion(const v1::DatasetVersion& version, const Session& session);

// Description, labels, retention, number of versions.
void PrintDataset(const v1::Dataset& dataset, const Session& session);

// One line for each.
void PrintDatasetList(const std::vector<v1::Dataset>& datasets, const Session& session);
void PrintVersionList(const std::vector<v1::DatasetVersion>& versions, const Session& session);

}  // namespace serin

#endif  // SERIN_CLIENT_CLI_DATASET_VIEW_H_
