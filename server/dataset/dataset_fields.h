#ifndef SERIN_SERVER_DATASET_DATASET_FIELDS_H_
#define SERIN_SERVER_DATASET_DATASET_FIELDS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/map.h"
#include "serin/v1/dataset.pb.h"

// What users may write on a dataset; serin.v1.Dataset has the rules. Errors are
// InvalidField(field, ...).

namespace serin {

absl::Status ValidateDescription(absl::string_view field, absl::string_view description);

absl::Status ValidateLabels(absl::string_view field,
                            const google::protobuf::Map<std::string, std::string>& labels);

// Limits are not negative, and an age is more than 0: rows that are too old at once
// would be a way to lose them all. It is at most 10,000 years, the range of a Duration, beyond
// which the dataset could not be written as JSON.
absl::Status ValidateRetention(absl::string_view field, const v1::Retention& retention);

}  // namespace serin

#endif  // SERIN_SERVER_DATASET_DATASET_FIELDS_H_
