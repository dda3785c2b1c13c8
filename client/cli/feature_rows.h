#ifndef SERIN_CLIENT_CLI_FEATURE_ROWS_H_
#define SERIN_CLIENT_CLI_FEATURE_ROWS_H_

#include <cstdint>
#include <istream>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/table/table.h"
#include "serin/client.h"

// Rows to predict for, from wherever the user has them. What a model takes is decided by the
// features of one of its versions: category "1" and number 1 look alike in a file.

namespace serin {

// The version whose features say how to read the input: the one that `model` names or, if traffic
// picks it, the one that takes the most.
absl::StatusOr<v1::ModelVersion> VersionToAsk(const Client& client, const std::string& model);

// A row from arguments of the form FEATURE=VALUE, where VALUE is as in a CSV file. A feature that
// the schema does not have is left to the server to refuse.
absl::StatusOr<v1::Row> RowFromAssignments(const std::vector<std::string>& assignments,
                                           const v1::Schema& features);

// Rows from a JSON object, or from an array of objects.
absl::StatusOr<std::vector<v1::Row>> RowsFromJson(absl::string_view text);

// Reads a CSV file with a header that has a column for each feature. Other columns are an error
// that names them or, with `ignore_extra`, left out.
absl::StatusOr<Table> FeaturesFromCsv(std::istream& file, const v1::Schema& features,
                                      bool ignore_extra);

// Reads the features' columns of the first `limit` rows of a dataset.
absl::StatusOr<Table> FeaturesFromDataset(const Client& client, const std::string& dataset,
                                          const v1::Schema& features, int64_t limit);

// Asks `model` about rows [begin, end) of the table.
v1::PredictRequest RequestFor(const std::string& model, const Table& rows, size_t begin,
                              size_t end);

}  // namespace serin

#endif  // SERIN_CLIENT_CLI_FEATURE_ROWS_H_
