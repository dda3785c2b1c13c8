#ifndef SERIN_CORE_BATCH_ANSWER_COLUMNS_H_
#define SERIN_CORE_BATCH_ANSWER_COLUMNS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/engine/predictor.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "serin/v1/dataset_service.pb.h"
#include "serin/v1/table.pb.h"

// The rows that a batch prediction makes: columns of the input that are kept, then the answer's, as
// BatchPredictRequest.keep_columns has them.

namespace serin {

using ClassLabels = google::protobuf::RepeatedPtrField<std::string>;

// The names that `keep` stands for: all of the input's for `*`. INVALID_ARGUMENT on `keep_columns`
// for one that the input does not have, or that is there twice.
absl::StatusOr<std::vector<std::string>> KeptColumns(
    const google::protobuf::RepeatedPtrField<std::string>& keep, const v1::Schema& input);

// The columns of the output. `classes`: of the model, none for regression. INVALID_ARGUMENT on
// `keep_columns` for a kept column that has the name of one of the answer's, and on `model` for a
// class whose label is too long for the name of a column.
absl::StatusOr<v1::Schema> BatchOutputSchema(const ClassLabels& classes, const v1::Schema& input,
                                             const std::vector<std::string>& kept);

// Adds the answer's columns for rows that the model has scored, of which the first has this number
// in the input.
void AddAnswers(const Scores& scores, const ClassLabels& classes, absl::string_view model_version,
                int64_t first_row, v1::RowBatch* batch);

}  // namespace serin

#endif  // SERIN_CORE_BATCH_ANSWER_COLUMNS_H_
