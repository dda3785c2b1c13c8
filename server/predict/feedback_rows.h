#ifndef SERIN_SERVER_PREDICT_FEEDBACK_ROWS_H_
#define SERIN_SERVER_PREDICT_FEEDBACK_ROWS_H_

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "core/base/ids.h"
#include "core/table/table.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "serin/v1/algorithm.pb.h"
#include "serin/v1/predict_service.pb.h"

namespace serin {

inline constexpr int kMaxLabelsPerMessage = 10'000;

// Labels as rows of the live dataset feedback.{model} (core/monitor/log_columns.h): strings for
// classification, else numbers; where `task` is not known all are what the first one is. `now` is
// the time of labels without one; ids ascend, so that of two labels the later one can be told.
//
// INVALID_ARGUMENT, on fields relative to RecordFeedbackRequest, names the first label at fault.
absl::StatusOr<Table> FeedbackRows(const google::protobuf::RepeatedPtrField<v1::Feedback>& labels,
                                   v1::Task task, absl::Time now, IdGenerator* ids);

}  // namespace serin

#endif  // SERIN_SERVER_PREDICT_FEEDBACK_ROWS_H_
