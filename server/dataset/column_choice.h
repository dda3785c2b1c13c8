#ifndef SERIN_SERVER_DATASET_COLUMN_CHOICE_H_
#define SERIN_SERVER_DATASET_COLUMN_CHOICE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "serin/v1/dataset.pb.h"

namespace serin {

// Positions in the version's schema of the columns that a request's field `columns` names, in its
// order; of all where it is empty. INVALID_ARGUMENT for a name that is not there, or there twice.
absl::StatusOr<std::vector<int>> ChooseColumns(
    const v1::DatasetVersion& version,
    const google::protobuf::RepeatedPtrField<std::string>& names);

}  // namespace serin

#endif  // SERIN_SERVER_DATASET_COLUMN_CHOICE_H_
